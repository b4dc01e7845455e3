namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The process of <c>-p</c> has ended, or runs nothing at the moment; or another process is meant.</summary>
internal sealed class ProcessState : ISilenceReason
{
    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent.Probe.Pid is not { } pid)
        {
            yield break;
        }

        if (silent.Process is null or { State: 'Z' or 'X' })
        {
            yield return new Explanation("process-ended", $"Process {pid} has ended; nothing can come from it any more.");
        }
        else if (silent.Process is { State: 'T' or 't' } stopped)
        {
            yield return new Explanation("process-stopped",
                $"{stopped.Subject} is stopped, by a signal or a debugger: it runs nothing until it is continued.");
        }

        foreach (var inner in silent.Host.KnownInsideAs(pid).Take(3))
        {
            yield return new Explanation("inner-process",
                $"Possibly another process is meant: {pid} is the number that process {inner.Pid} ({inner.Name}) has in its container.",
                silent.Probe.WithPid(inner.Pid));
        }
    }
}
