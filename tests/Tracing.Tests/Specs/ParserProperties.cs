using BpfDashboard.Tracing.Specs;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Specs;

/// <summary>What holds for every tree and every text.</summary>
public sealed class ParserProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    [Fact]
    public void Printing_a_tree_and_parsing_it_gives_the_tree_again() =>
        Check.One(Runs, Prop.ForAll(Trees.Commands.ToArbitrary(), command =>
        {
            var text = command.ToString();
            var diagnostics = new List<Diagnostic>();
            var parsed = Parser.Parse(text, diagnostics);
            Assert.Empty(diagnostics.Select(diagnostic => diagnostic.Render(text)));
            Assert.Equal(SyntaxDump.Print(command), SyntaxDump.Print(parsed!)); // null only with diagnostics
        }));

    [Fact]
    public void Any_text_gives_a_tree_or_mistakes_that_lie_within_it() =>
        Check.One(Runs, Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var diagnostics = new List<Diagnostic>();
            var command = Parser.Parse(text, diagnostics);
            Assert.Equal(command is null, diagnostics.Count > 0);
            Assert.All(diagnostics, diagnostic => AssertWithin(text, diagnostic.Span));
            Assert.All(diagnostics, diagnostic => Assert.NotEmpty(diagnostic.Render(text)));
            Assert.All(SpansOf(command), span => AssertWithin(text, span));
        }));

    [Fact]
    public void The_canonical_command_of_any_text_is_its_own_canonical_command() =>
        Check.One(Runs, Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            var canonical = Parser.Parse(text, [])?.ToString();
            var again = canonical is null ? null : Parser.Parse(canonical, [])?.ToString();
            Assert.Equal(canonical, again);
        }));

    [Fact]
    public void Whatever_parses_can_be_matched() =>
        Check.One(Runs, Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            foreach (var probe in Parser.Parse(text, [])?.Probes ?? [])
            {
                PatternMatcher.For(probe).Matches("sched:sched_switch");
            }
        }));

    private static void AssertWithin(string text, TextSpan span)
    {
        Assert.InRange(span.Start, 0, text.Length);
        Assert.InRange(span.End, span.Start, text.Length);
    }

    private static IEnumerable<TextSpan> SpansOf(CommandSyntax? command) => command is null
        ? []
        : [
            .. command.Options.SelectMany(option => new[] { option.Span, option.ValueSpan }),
            .. command.Probes.SelectMany(probe => new[] { probe.Span, probe.Pattern.Span }),
            .. command.Probes.OfType<UserFunctionSyntax>().Select(probe => probe.Target.Span),
            .. command.Probes.OfType<UsdtSyntax>().Select(probe => (probe.Provider ?? probe.Target).Span),
        ];

    /// <summary>What the language is made of, and a few characters that are nowhere welcome.</summary>
    private static readonly Gen<string> Pieces = Gen.Elements(
        "funccount", "sudo", "env", " ", " ", " ", "\t", "\n", "\\\n", "-i", "-p", "-Ti", "-r", " -r ", "--int",
        "--", "=", "5", "-", "'", "'", "\"", "\\", "$", "$(", "`", "#", "~", ":", ":", "::", "t:", "u:", "p:", "c:",
        "/a/b", "*", "?", "(", ")", "[", "]", "[^", "{2}", "|", ">", "&", ";", "(?x)", "(?=", "\\1", "vfs_read",
        "x", "stackcount", " --by ", "cpu", "profile:", "hz:", "hz", "-K", "\u2019", "\u00a0", "\u6f22", "\ud83d\ude00", "\ud800", "\0", "\u001b");

    /// <summary>A command with a piece put in, and perhaps a character or two taken out.</summary>
    private static readonly Gen<string> Mutants =
        from command in Trees.Commands
        let text = command.ToString()
        from at in Gen.Choose(0, text.Length)
        from length in Gen.Choose(0, Math.Min(2, text.Length - at))
        from piece in Pieces
        select text.Remove(at, length).Insert(at, piece);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Mutants,
        Gen.Choose(1, 12).SelectMany(count => Join(Pieces.ListOf(count))),
        Join(Pieces.ListOf()),
        Join(Gen.Choose(0, 0x2FF).Select(c => ((char)c).ToString()).ListOf()));

    private static Gen<string> Join<T>(Gen<T> pieces) where T : IEnumerable<string> =>
        pieces.Select(list => string.Concat(list));
}
