namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The process has children that do the work: nginx's workers, prefork servers, shells.</summary>
internal sealed class Children : ISilenceReason
{
    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent.Process is not { } process)
        {
            yield break;
        }

        var children = silent.Host.All
            .Where(other => other.Parent == process.Pid && silent.IsMappedBy(other)).Take(100).ToList();
        if (children.Count > 0)
        {
            yield return new Explanation("children",
                $"{process.Subject} has {(children.Count == 1 ? "a child process that uses" : $"{children.Count} child processes that use")} "
                + $"{silent.Probe.FileName}, and -p leaves out: {Words.List([.. children.Select(child => $"{child.Pid} ({child.Name})")])}. "
                + "Possibly the calls are made there.",
                silent.Probe.WithPid(children[0].Pid));
        }
    }
}
