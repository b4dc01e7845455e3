using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Silence;

namespace BpfDashboard.Server.Sessions;

/// <summary>
/// Looks which probes of a session count nothing, and has that explained: at once as far as it is certain, then after 3,
/// 10 and 30 s, and every minute, for as long as a probe is silent. Told of ticks by one thread at a time; it never keeps
/// that waiting.
/// </summary>
/// <param name="publish">Takes what is to be shown from now on; on any thread.</param>
internal sealed class SilenceWatch(
    string id, BoundSpec bound, ITracingEngine engine, SessionLog log, Action<IReadOnlyList<Explanation>> publish)
{
    private static readonly TimeSpan[] FirstLooks =
        [TimeSpan.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)];

    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly HashSet<int> silent = [.. Enumerable.Range(0, bound.FirstSlots.Count)];
    private IReadOnlyList<Explanation> found = [];
    private IReadOnlyList<Explanation> shown = [];
    private Task looking = Task.CompletedTask;
    private int looks;

    /// <summary>Takes note of what was hit, and begins to look when it is time to.</summary>
    public void Observe(Tick tick, CancellationToken cancel)
    {
        if (silent.Count == 0)
        {
            return;
        }

        foreach (var count in tick.Counts)
        {
            Hear(count.Slot);
        }

        if (looking.IsCompleted && silent.Count > 0 && !cancel.IsCancellationRequested && tick.End >= Due)
        {
            var atStart = looks++ == 0;
            int[] which = [.. silent];
            looking = Task.Run(() => LookAsync(which, atStart, cancel), CancellationToken.None);
        }
    }

    /// <summary>Completes when nobody looks any more, after the last tick. Never fails.</summary>
    public Task Idle => looking;

    private TimeSpan Due => looks < FirstLooks.Length ? FirstLooks[looks] : FirstLooks[^1] + ((looks - FirstLooks.Length + 1) * Later);

    private void Hear(int slot)
    {
        var probe = ProbeOf(slot);
        lock (gate)
        {
            if (!silent.Remove(probe))
            {
                return;
            }
        }

        Show();
    }

    private int ProbeOf(int slot)
    {
        var probe = 0;
        while (probe + 1 < bound.FirstSlots.Count && bound.FirstSlots[probe + 1] <= slot)
        {
            probe++;
        }

        return probe;
    }

    private async Task LookAsync(int[] which, bool atStart, CancellationToken cancel)
    {
        try
        {
            var explained = await engine.ExplainSilenceAsync(bound, which, atStart, cancel);
            lock (gate)
            {
                found = explained;
            }

            Show();
        }
        catch (OperationCanceledException)
        {
            // The session has ended.
        }
        catch (Exception exception)
        {
            // The session goes on: it only remains unexplained.
            log.SilenceUnexplained(id, exception);
        }
    }

    /// <summary>Publishes what is true of probes that are silent now, if that is news.</summary>
    private void Show()
    {
        lock (gate)
        {
            Explanation[] now = [.. found.Where(explanation => explanation.IsLasting || silent.Contains(explanation.Probe))];
            if (!now.SequenceEqual(shown))
            {
                shown = now;
                publish(now);
            }
        }
    }
}
