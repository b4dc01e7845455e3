namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// A probe of stackcount with a signature or a condition, in the grammar of trace's probes without a format:
/// <c>c:write(int fd) (fd == 1)</c>, <c>r:c:read(int fd) ($latency > 1000000)</c>.
/// </summary>
internal static class StackProbeParser
{
    /// <summary>
    /// Whether a word is more than a pattern: one parenthesis touches the name, or stands behind a blank, or a format does.
    /// The parentheses of Go's methods (<c>main.(*T).Run</c>) and of paths (<c>/opt/a (b)/c:f</c>) belong to names.
    /// </summary>
    public static bool Applies(string word)
    {
        var text = word.Trim();
        var end = text.IndexOfAny(TraceProbeParser.EndsOfPlace);
        if (end <= 0 || text[..end] is [.., '.'] || text.LastIndexOf('/', end) > text.LastIndexOf(':', end))
        {
            return false;
        }

        return text[end..].TrimStart() is ['(' or '"', ..];
    }

    /// <summary>The probe that a word describes, or null after a diagnostic.</summary>
    public static TraceProbeSyntax? Parse(ShellWord word, List<Diagnostic> diagnostics)
    {
        if (TraceProbeParser.ParseCondition(word, diagnostics) is not { } probe)
        {
            return null;
        }

        if (probe is { IsReturn: true, Predicate: null })
        {
            diagnostics.Add(new Diagnostic(
                word.SpanFrom(0), "a function returns as often as it is called",
                $"count its calls with {CommandPrinter.Print(probe with { IsReturn = false })}, or say which returns: (retval < 0), ($latency > 1000000)"));
            return null;
        }

        return probe;
    }
}
