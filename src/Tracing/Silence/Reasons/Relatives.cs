namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The program does the like by other functions: nginx writes to its log by write, to sockets by writev.</summary>
internal sealed class Relatives : ISilenceReason
{
    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent is not { Process: { } process, Probe: { Name: { } name } probe })
        {
            yield break;
        }

        var linked = SystemCalls.Relatives(name).Where(other => IsCalled(process, other)).ToList();
        var seen = linked.Where(other => Seen(silent, other) > 0).OrderByDescending(other => Seen(silent, other)).ToList();
        foreach (var other in seen.Take(3))
        {
            yield return new Explanation("relative",
                $"Within {silent.Calls?.Length.TotalSeconds:0.#} s, {process.Title} made {Words.Count(Seen(silent, other), "system call")} "
                + $"{SystemCalls.Of(other, silent.Kernel)[0].Name}, which does the like; the program is linked with {other}.",
                probe.WithFunction(other));
        }

        if (seen.Count == 0 && linked.Count > 0)
        {
            yield return new Explanation("relative",
                $"The program of {process.Title} is linked with {Words.List(linked, 6)} too: possibly it is by one of these that it does the like.",
                probe.WithFunction(linked[0]));
        }

        if (silent.Mapped is not null && !process.Code.Any(code => !code.Is(silent.File) && CallTargets.Refers(code, name)))
        {
            yield return new Explanation("no-caller",
                $"No file that {process.Title} maps is linked with {name}, but for {probe.FileName} itself: "
                + "only calls from within it, or by an address asked for at run time, can come by.");
        }
    }

    private static bool IsCalled(LiveProcess process, string function) =>
        process.Program is { } program && CallTargets.Refers(program, function);

    private static long Seen(SilentCase silent, string function) => silent.Calls is { } calls
        ? SystemCalls.Of(function, silent.Kernel).Sum(call => calls.Others.GetValueOrDefault(call.Name))
        : 0;
}
