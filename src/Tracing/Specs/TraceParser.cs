namespace BpfDashboard.Tracing.Specs;

/// <summary>The probes of trace's command, and which of its options go together.</summary>
internal static class TraceParser
{
    /// <summary>The probes that make sense.</summary>
    public static IReadOnlyList<ProbeSyntax> Probes(
        IReadOnlyList<ShellWord> words,
        IReadOnlyList<OptionSyntax> options,
        IReadOnlyList<ShellWord> probes,
        List<Diagnostic> diagnostics)
    {
        CheckOptions(options, diagnostics);
        if (probes.Count == 0)
        {
            var end = words.Count > 0 ? words[^1].Span.End : 0;
            diagnostics.Add(new Diagnostic(
                new TextSpan(end, 0), "what to trace is missing", "for example: trace 'do_sys_openat2 \"%s\", arg2'"));
        }

        return [.. probes.Select(word => TraceProbeParser.Parse(word, diagnostics)).OfType<ProbeSyntax>()];
    }

    private static void CheckOptions(IReadOnlyList<OptionSyntax> options, List<Diagnostic> diagnostics)
    {
        if (Find(options, OptionId.Pid) is not null && Find(options, OptionId.Thread) is { } thread)
        {
            diagnostics.Add(new Diagnostic(
                thread.Span, "-p is a process, -L one of its threads: only one of them", "leave out one of the two"));
        }

        if (Find(options, OptionId.Aggregate) is { } aggregate && Find(options, OptionId.MaxEvents) is null)
        {
            diagnostics.Add(new Diagnostic(
                aggregate.Span, "-A counts equal events, but it is not said of how many", "add -M, as in -A -M 1000"));
        }
    }

    private static OptionSyntax? Find(IReadOnlyList<OptionSyntax> options, OptionId id) =>
        options.LastOrDefault(option => option.Definition.Id == id);
}
