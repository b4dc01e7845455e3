using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Whether a tick fits to those before it. It is asked before anything is recorded: what got in could be neither
/// altered nor read.
/// </summary>
/// <param name="Slots">How many slots the session has.</param>
/// <param name="Known">Definitions before the tick; null for a session without any.</param>
/// <param name="Rows">Reads the session's rows; null for one without.</param>
/// <param name="Distributions">Reads the keys of the session's distributions; null for one without.</param>
internal readonly record struct TickCheck(
    int Slots, DefinitionCounts? Known, RowRenderer? Rows = null, DistributionRenderer? Distributions = null)
{
    /// <summary>Returns if all is well.</summary>
    /// <exception cref="ArgumentException">The tick names something that does not exist, or out of order.</exception>
    public void Check(Tick tick)
    {
        CheckCounts("slot", tick.Counts, Slots);
        foreach (var loss in tick.Losses)
        {
            Require((uint)loss.Cause < (uint)LedgerCauses.OfKernel, "cause of loss", (int)loss.Cause, LedgerCauses.OfKernel);
        }

        if (tick.Stacks is { } stacks)
        {
            CheckStacks(stacks, Known ?? throw new ArgumentException("A tick has stacks, but its session has none."));
        }

        if (tick.Rows is { } rows)
        {
            CheckRows(rows, Rows ?? throw new ArgumentException("A tick has rows, but its session has none."));
        }

        if (tick.Distributions is { } distributions)
        {
            CheckDistributions(distributions, Known ?? default, Distributions
                ?? throw new ArgumentException("A tick has distributions, but its session has none."));
        }
    }

    private static void CheckDistributions(DistributionChanges changes, DefinitionCounts known, DistributionRenderer renderer)
    {
        foreach (var key in changes.Keys)
        {
            if (!renderer.Fits(key))
            {
                throw new ArgumentException($"A tick has a key of distribution {key.Distribution} that is none of this session.");
            }
        }

        var keys = known.Keys + changes.Keys.Count;
        foreach (var series in changes.Series)
        {
            Require((uint)series.Key < (uint)keys, "key", series.Key, keys);
        }

        CheckCounts("series", changes.Counts, known.Series + changes.Series.Count);
        Require(changes.Measures.Count == changes.Counts.Count, "measures", changes.Measures.Count, changes.Counts.Count);
    }

    private static void CheckRows(RowBlock rows, RowRenderer renderer)
    {
        foreach (var row in rows.Rows())
        {
            if (!renderer.Fits(row))
            {
                throw new ArgumentException($"A tick has a row of event {row.Event} and slot {row.Slot} that is none of this session.");
            }
        }
    }

    private static void CheckStacks(StackChanges stacks, DefinitionCounts known)
    {
        var (frames, nodes) = (known.Frames + stacks.Frames.Count, known.Nodes + stacks.Nodes.Count);
        for (var index = 0; index < stacks.Nodes.Count; index++)
        {
            var id = known.Nodes + index + 1;
            Require((uint)stacks.Nodes[index].Parent < (uint)id, $"parent of node {id}", stacks.Nodes[index].Parent, id);
            Require((uint)stacks.Nodes[index].Frame < (uint)frames, "frame", stacks.Nodes[index].Frame, frames);
        }

        var contexts = known.Contexts + stacks.Contexts.Count;
        foreach (var series in stacks.Series)
        {
            Require((uint)series.Context < (uint)contexts, "context", series.Context, contexts);
            Require((uint)series.Node <= (uint)nodes, "node", series.Node, nodes + 1);
        }

        CheckCounts("series", stacks.Counts, known.Series + stacks.Series.Count);
    }

    private static void CheckCounts(string what, IReadOnlyList<CountDelta> counts, int limit)
    {
        var previous = -1;
        foreach (var (id, _) in counts)
        {
            Require((uint)id < (uint)limit, what, id, limit);
            Require(id > previous, $"after {what} {previous} the {what}", id, limit);
            previous = id;
        }
    }

    private static void Require(bool isRight, string what, int value, int limit)
    {
        if (!isRight)
        {
            throw new ArgumentException($"A tick has {what} {value}, of {limit}.");
        }
    }
}
