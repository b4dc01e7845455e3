using System.Text;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Tests.Binding.Trace;

/// <summary>Commands of trace ⇒ places, predicates and values with their types; cases that begin with "listing-" ⇒ programs.</summary>
public sealed class TraceBinderTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_command_gives_the_events_or_the_messages_of_its_case_file(string name) =>
        Golden.Check(name, text => Render(text, listing: name.StartsWith("listing-", StringComparison.Ordinal)));

    /// <summary>TR-11 asks a shell for the process, TR-46 for help only.</summary>
    [Fact]
    public void Every_line_of_the_trace_corpus_binds() => Assert.All(Golden.Corpus("TR-", lines: 46), line => Assert.Equal(
        line.Name is "TR-11", Render(line.Input, listing: false).Contains("error:", StringComparison.Ordinal)));

    private static string Render(string text, bool listing)
    {
        var compiled = SpecCompiler.Compile(text, new TraceCatalog());
        return compiled.Diagnostics.Count > 0
            ? string.Concat(compiled.Diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : compiled.Bound is not { } bound ? "help\n"
            : listing ? $"{compiled.Image}"
            : Print(bound);
    }

    private static string Print(BoundSpec bound)
    {
        var text = new StringBuilder($"{bound.Options.Rows}\n{bound.Options.Tasks}\n");
        foreach (var probe in bound.Probes)
        {
            text.Append(null, $"{bound.Targets[probe.Slot].Name}: {probe}\n");
        }

        foreach (var (index, sent) in bound.Events.Index())
        {
            text.Append(null, $"event {index} at {sent.Scope.Site}, if {sent.Predicate?.ToString() ?? "always"}\n");
            text.AppendJoin("", sent.Values.Select(value => $"  {value.Name} {value.Conversion} {value.Value}\n"));
        }

        text.AppendJoin("", bound.Skipped.Select(skipped => $"skipped {skipped.Name}: {skipped.Reason}\n"));
        return text.AppendJoin("", bound.Notes.Select(note => $"note: {note}\n")).ToString();
    }
}
