using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The probe is hit, but its condition, or an option that leaves out threads or users, holds of no hit.</summary>
internal sealed class Condition : ISilenceReason
{
    private static readonly OptionId[] Filters =
        [OptionId.User, OptionId.ThreadName, OptionId.Cgroup, OptionId.Cpu];

    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent is not { Process: { } process, Calls: { } calls, Probe: var probe }
            || calls.Origins.Where(silent.IsProbed).Sum(origin => origin.Count) is not (> 0 and var count))
        {
            yield break;
        }

        var seen = $"Within {calls.Length.TotalSeconds:0.#} s, {process.Title} made {Words.Count(count, "call")} of what is probed";
        if (ProbePlace.Details(probe.Command.Probes[probe.Index]) is { Predicate: { } predicate } trace)
        {
            // Without a condition stackcount has calls, but no returns.
            var isReturn = trace.IsReturn && !probe.Command.Tool.TakesCondition;
            yield return new Explanation("condition",
                $"{seen}, but the condition {Words.Short(predicate.ToString())} held of none.",
                probe.With(ProbePlace.With(probe.Command.Probes[probe.Index], trace with { Predicate = null, IsReturn = isReturn })));
        }
        else if (probe.Command.Options.Where(option => Filters.Contains(option.Definition.Id)).Select(option => option.Definition.Flag).ToList()
            is { Count: > 0 } flags)
        {
            yield return new Explanation("condition", $"{seen}, but {Words.List(flags)} left them out.");
        }
    }
}
