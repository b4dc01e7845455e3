namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>
/// The process makes the system call, but not by the function: it has the instruction itself, as Go's programs have, calls
/// <c>syscall(2)</c>, or libc makes the call within by another function.
/// </summary>
internal sealed class DirectCalls : ISilenceReason
{
    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent is not { Process: { } process, Calls: { } calls, Probe: { Name: { } name } probe })
        {
            yield break;
        }

        // What came by the probe while we looked was counted: the session is silent no more.
        var others = calls.Origins.Where(origin => !silent.IsProbed(origin)).ToList();
        foreach (var origin in others.Where(origin => Like(origin, name) is not null).Take(2))
        {
            yield return new Explanation("other-function",
                $"{Seen(process, calls, origin.Count)} by {origin.Function} of {Words.Short(origin.Code!.Path)}, not by what is probed.", // Like found its name there
                probe.WithFunction(Like(origin, name) ?? name, process.TargetOf(origin.Code)));
        }

        if (others.Count > 0)
        {
            var (command, lost) = SystemCallCommand.Make(probe, calls.Calls[0], silent.Kernel);
            yield return new Explanation("system-call",
                $"{Seen(process, calls, others.Sum(origin => origin.Count))} that did not come by {name} of {probe.FileName}: "
                + $"{Words.List([.. others.Select(Describe)])}. The tracepoint sees them all{(lost is null ? "" : $" ({lost})")}.",
                command);
        }
        else if (calls.Origins.Count == 0)
        {
            yield return new Explanation("no-calls",
                $"{process.Subject} made no system call {calls.Calls[0].Name} within {calls.Length.TotalSeconds:0.#} s, by whatever way: "
                + $"there may be nothing to count at the moment.");
        }
    }

    private static string Seen(LiveProcess process, SystemCallTrial calls, long count) =>
        $"Within {calls.Length.TotalSeconds:0.#} s, {process.Title} made {Words.Count(count, $"system call")} {calls.Calls[0].Name}";

    private static string Describe(CallOrigin origin) => origin.Code is null
        ? $"{origin.Count:N0} from code that is in no file"
        : $"{origin.Count:N0} from {origin.Function} of {Words.Short(origin.Code.FileName)}";

    /// <summary>The name to probe of a function that takes the same arguments; null if it is another kind of function.</summary>
    private static string? Like(CallOrigin origin, string name) => origin.Names.Contains(name) ? name
        : origin.Names.FirstOrDefault(other => SystemCalls.BaseName(other) == SystemCalls.BaseName(name));
}
