using BpfDashboard.Tracing.Specs;
using TraceTool = BpfDashboard.Tracing.Specs.Tools.Trace;

namespace BpfDashboard.Tracing.Tests.Specs.Trace;

public sealed class TraceParserTests
{
    private static IReadOnlyList<ToolDefinition> Tools => ToolDefinitions.All;

    public static TheoryData<string> Cases => Golden.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_command_gives_the_tree_or_the_messages_of_its_case_file(string name) =>
        Golden.Check(name, Render);

    /// <summary>The corpus lines must be right, whatever is written in their files; TR-11 asks a shell for the process.</summary>
    [Fact]
    public void Every_line_of_the_trace_corpus_parses() => Assert.All(Golden.Corpus("TR-", lines: 46), line => Assert.StartsWith(
        line.Name is "TR-11" ? "spec:1:53: error: no other command is run" : "(trace", Render(line.Input)));

    [Fact]
    public void The_canonical_command_of_every_case_is_its_own_canonical_command()
    {
        var commands = Golden.Inputs().Select(one => Parser.Parse(one.Input, Tools, [])?.ToString()).OfType<string>();
        Assert.All(commands, command => Assert.Equal(command, Parser.Parse(command, Tools, [])?.ToString()));
    }

    [Fact]
    public void Any_probe_prints_as_a_command_that_parses_back_to_it()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            // Every third is one of stackcount, which shares the grammar up to the format.
            var command = seed % 3 == 0 ? new RandomProbes(seed).StackCommand() : new RandomProbes(seed).Command();
            var text = command.ToString();
            var diagnostics = new List<Diagnostic>();
            var parsed = Parser.Parse(text, Tools, diagnostics);
            Assert.True(parsed is not null, $"seed {seed}: {text}\n{string.Concat(diagnostics.Select(it => it.Render(text)))}");
            Assert.Equal(SyntaxDump.Print(command), SyntaxDump.Print(parsed));
        }
    }

    [Fact]
    public void Any_text_gives_a_tree_or_mistakes_that_lie_within_it()
    {
        var random = new Random(9);
        string[] pieces = ["(", ")", "\"", "'", "%d", ",", "arg1", " ", "+0x1", ":", "r:", "\\", "$pid", "=", "*", "struct x", "\ud800", "💣", "\t"];
        for (var round = 0; round < 5000; round++)
        {
            var text = new RandomProbes(round).Command().ToString();
            var at = random.Next(text.Length);
            text = text[..at] + pieces[random.Next(pieces.Length)] + text[Math.Min(text.Length, at + random.Next(3))..];
            var diagnostics = new List<Diagnostic>();
            var command = Parser.Parse(text, Tools, diagnostics);
            Assert.Equal(command is null, diagnostics.Count > 0);
            Assert.All(diagnostics, it => Assert.InRange(it.Span.Start, 0, text.Length));
            Assert.All(diagnostics, it => Assert.InRange(it.Span.End, it.Span.Start, text.Length));
            Assert.All(diagnostics, it => Assert.NotEmpty(it.Render(text)));
        }
    }

    [Fact]
    public void Examples_of_the_usage_parse_and_the_usage_lists_every_option()
    {
        var tool = TraceTool.Definition;
        Assert.All(tool.Examples, example => Assert.Equal(tool, Parser.Parse(example, Tools, [])?.Tool));
        Assert.All(tool.Options, option => Assert.Contains($"--{option.Name} ", tool.Usage()));
        Assert.Contains("probe [probe ...]", tool.Usage());
    }

    /// <summary>Until its programs can be made.</summary>
    [Fact]
    public void Spans_of_expressions_lie_where_they_were_typed()
    {
        const string text = "trace 'f(int a) (a > 1) \"%d\", a'";
        var probe = Assert.IsType<TraceProbeSyntax>(Parser.Parse(text, Tools, [])?.Probes[0]);
        Assert.Equal("a > 1", At(text, probe.Predicate?.Span));
        Assert.Equal("\"%d\"", At(text, probe.Format?.Span));
        Assert.Equal("a", At(text, probe.Values[0].Span));
        Assert.Equal("int a", At(text, probe.Signature?[0].Span));
    }

    private static string? At(string text, TextSpan? span) => span is { } it ? text.Substring(it.Start, it.Length) : null;

    private static string Render(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var command = Parser.Parse(text, Tools, diagnostics);
        return command is null
            ? string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : SyntaxDump.Print(command, spans: true) + command + "\n";
    }
}
