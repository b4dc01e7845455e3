using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Tests.Binding.Trace;

namespace BpfDashboard.Tracing.Tests.Binding.Argdist;

/// <summary>Commands of argdist ⇒ trees, places, values and keys; cases that begin with "listing-" ⇒ programs.</summary>
public sealed class DistributionBinderTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_command_gives_the_distributions_or_the_messages_of_its_case_file(string name) =>
        Golden.Check(name, text => Render(text, listing: name.StartsWith("listing-", StringComparison.Ordinal)));

    /// <summary>AD-35 asks for help only.</summary>
    [Fact]
    public void Every_line_of_the_argdist_corpus_binds() => Assert.All(Golden.Corpus("AD-", lines: 36), line =>
    {
        var compiled = SpecCompiler.Compile(line.Input, new TraceCatalog());
        Assert.Empty(compiled.Diagnostics.Select(diagnostic => diagnostic.Render(line.Input)));
        Assert.Equal(line.Name is not "AD-35", compiled.Image is not null);
    });

    [Fact]
    public void What_a_command_prints_as_is_the_same_command()
    {
        var commands = Golden.Inputs().Select(one => Parser.Parse(one.Input, [])).OfType<CommandSyntax>();
        Assert.All(commands, command =>
        {
            var again = Parser.Parse($"{command}", []);
            Assert.NotNull(again);
            Assert.Equal(SyntaxDump.Print(command), SyntaxDump.Print(again));
        });
    }

    private static string Render(string text, bool listing)
    {
        var compiled = SpecCompiler.Compile(text, new TraceCatalog());
        return compiled.Diagnostics.Count > 0
            ? string.Concat(compiled.Diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : compiled.Bound is not { } bound ? "help\n"
            : listing ? $"{compiled.Image}"
            : $"{SyntaxDump.Print(bound.Syntax)}{Print(bound)}";
    }

    private static string Print(BoundSpec bound)
    {
        var options = bound.Options;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{options.Distributions} every {options.Interval} for {options.Duration} tid {options.Tasks.Tid}\n");
        foreach (var probe in bound.Probes)
        {
            text.Append(null, $"{bound.Targets[probe.Slot].Name}: {probe}\n");
        }

        foreach (var distribution in bound.Distributions)
        {
            text.Append(null, $"{distribution}, key of {new DistributionKeyLayout(bound.Events[distribution.Event], 80).Size} bytes\n");
        }

        foreach (var (index, asked) in bound.Events.Index())
        {
            text.Append(null, $"event {index} of {asked.Distribution} at {asked.Scope.Site}, if {asked.Predicate?.ToString() ?? "always"}\n");
            text.AppendJoin("", asked.Values.Select(value => $"  {value.Name} {value.Value}\n"));
            text.Append(asked.Measured is { } measured ? $"  measures {measured.Name} {measured.Value}\n" : "");
        }

        text.AppendJoin("", bound.Skipped.Select(skipped => $"skipped {skipped.Name}: {skipped.Reason}\n"));
        return text.AppendJoin("", bound.Notes.Select(note => $"note: {note}\n")).ToString();
    }
}
