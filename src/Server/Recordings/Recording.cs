using System.Diagnostics.CodeAnalysis;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// The ticks of one session, in memory: appended by one thread, never altered, read by any number without locks.
/// Whatever a viewer or an export shows is a <see cref="Fold(long, long)"/> over a range of them. Measured with 300 rows
/// that all move by up to 5000 in every tick: 944 bytes per tick, checkpoints included; that is 34 MB per hour.
/// With 100,000 stacks of which 2,000 are hit in every tick: 5.3 kB per tick (190 MB per hour) and 4.2 MB once for
/// their definitions; the longest fold takes 14 ms on one core.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Complete gives the running totals back to their pool.")]
public sealed class Recording
{
    /// <summary>Nodes that are new; a fold with fewer takes a browser less than a frame's time to read.</summary>
    private const int LeastInPieces = 20_000;

    private readonly int slotCount;
    private readonly StackDefinitions? stacks;
    private readonly RowRecording? rows;
    private readonly DistributionDefinitions? distributions;
    private readonly Totals running;
    private readonly VarintWriter writer = new();
    private readonly Lock signalGate = new();
    private readonly RecentFolds recent = new();
    private Segment[] segments;
    private long sealedSize;
    private long end;
    private bool complete;
    private TaskCompletionSource? signal;

    /// <summary>An empty recording of a session that counts into <paramref name="slotCount"/> slots.</summary>
    /// <param name="hasStacks">Whether the session collects stacks.</param>
    /// <param name="rows">Takes in the session's rows; null for one that shows no events one by one.</param>
    /// <param name="distributions">Puts the keys of its distributions into words; null for one without.</param>
    public Recording(
        int slotCount, bool hasStacks = false, RowRecording? rows = null, DistributionRenderer? distributions = null)
    {
        (this.slotCount, this.rows) = (slotCount, rows);
        this.distributions = distributions is null ? null : new DistributionDefinitions(distributions);
        stacks = hasStacks ? new StackDefinitions() : null;
        running = new Totals(slotCount, 0);
        segments = [new Segment(running.Encode(), sizeHint: 0)];
    }

    /// <summary>The cursor behind the last tick, which is the number of ticks.</summary>
    public long End => Volatile.Read(ref end);

    /// <summary>Whether no tick will follow.</summary>
    public bool IsComplete => Volatile.Read(ref complete);

    /// <summary>The events one by one; null for a session that only counts.</summary>
    public RowRecording? Rows => rows;

    /// <summary>What is told apart in the session's distributions; null for one that has none.</summary>
    internal DistributionDefinitions? Distributions => distributions;

    /// <summary>Whether its folds have stacks.</summary>
    public bool HasStacks => stacks is not null;

    /// <summary>The sum of all counts of all ticks.</summary>
    public long TotalCount => EventsAt(End);

    /// <summary>Bytes of memory, those of rows too.</summary>
    public long Size => SizeOfTicks + (rows?.Size ?? 0);

    /// <summary>Bytes of memory the ticks, their checkpoints and the definitions of stacks take: they only grow.</summary>
    public long SizeOfTicks =>
        Volatile.Read(ref sealedSize) + Volatile.Read(ref segments)[^1].Size + (stacks?.Size ?? 0) + (distributions?.Size ?? 0);

    /// <summary>Adds a tick and wakes whoever waits for it. For one thread at a time.</summary>
    /// <exception cref="ArgumentException">The tick does not fit to those before it; it was not added.</exception>
    public void Append(Tick tick)
    {
        ObjectDisposedException.ThrowIf(IsComplete, this);
        new TickCheck(slotCount, Known, rows?.Renderer, distributions?.Renderer).Check(tick);
        if (tick.Stacks is { } changes)
        {
            stacks?.Add(changes);
        }

        if (tick.Distributions is { } distributed)
        {
            distributions?.Add(distributed);
        }

        Write(tick, tick.Rows is { } block ? rows?.Take(block) ?? default : default);
        Volatile.Write(ref end, end + 1);
        Wake();
    }

    /// <summary>Says that no tick will follow, and wakes whoever waits for one.</summary>
    public void Complete()
    {
        if (!IsComplete)
        {
            segments[^1].Seal((int)(end % Segment.Capacity));
            running.Dispose();
            writer.Dispose();
            Volatile.Write(ref complete, true);
            Wake();
        }
    }

    /// <summary>
    /// Everything that happened in the ticks from <paramref name="from"/> up to, not including, <paramref name="to"/>.
    /// Takes the same time however long the recording is: at most two checkpoints and 511 ticks are read. Bounds
    /// outside the recording are moved to its ends.
    /// </summary>
    public Fold Fold(long from, long to)
    {
        to = Math.Clamp(to, 0, End);
        from = Math.Clamp(from, 0, to);
        return to - from == 1 ? recent.Get(from, Sum) : Sum(from, to);
    }

    /// <summary>
    /// The same with the definitions of everything before <paramref name="to"/>, for whoever knows nothing of what came
    /// before <paramref name="from"/>.
    /// </summary>
    public Fold FoldFromNothing(long from, long to)
    {
        var fold = Fold(from, to);
        if (fold.Distributions is { Series: int[] grown, Counts: long[] grew } part && distributions is not null)
        {
            return fold with { Distributions = distributions.Slice(default, EndBefore(fold.To).Known, grown, grew, part.Sums) };
        }

        return fold.Stacks is not { Series: int[] series, Counts: long[] counts } ? fold
            : fold with { Stacks = stacks?.Slice(default, EndBefore(fold.To).Known, series, counts) };
    }

    /// <summary>
    /// A fold of this recording as folds that are quickly read each: what is defined in its range in folds of no ticks
    /// (from is to), then the counts. A small one stays in one piece.
    /// </summary>
    public IReadOnlyList<Fold> InPieces(Fold fold)
    {
        var (before, after) = (EndBefore(fold.From).Known, EndBefore(fold.To).Known);
        if (stacks is null || fold.Stacks is not { Series: int[] series, Counts: long[] counts }
            || after.Nodes - before.Nodes < LeastInPieces)
        {
            return [fold];
        }

        DefinitionCounts[] steps = [before, .. StackDefinitions.Steps(before, after)];
        var ms = TimeAt(fold.From).TotalMilliseconds;
        return
        [
            .. steps.Zip(steps.Skip(1), (start, end) => new Fold(fold.From, fold.From, ms, ms, [], [], 0, 0, 0)
            {
                Stacks = stacks.Slice(start, end, [], []),
            }),
            fold with { Stacks = stacks.Slice(after, after, series, counts) },
        ];
    }

    /// <summary>The session time at a cursor: when the tick before it was read, zero at the start.</summary>
    public TimeSpan TimeAt(long cursor) => EndBefore(cursor).Time;

    /// <summary>The sum of all counts of slots before a cursor.</summary>
    public long EventsAt(long cursor) => EndBefore(cursor).Events;

    /// <summary>The first tick whose middle is at or behind a session time; <see cref="End"/> if there is none.</summary>
    public long FirstTickAt(TimeSpan time)
    {
        var (low, high) = (0L, End);
        while (low < high)
        {
            var tick = low + (high - low) / 2;
            var middle = (TimeAt(tick) + TimeAt(tick + 1)) / 2;
            (low, high) = middle < time ? (tick + 1, high) : (low, tick);
        }

        return low;
    }

    /// <summary>The numbers of the rows that came in the ticks of a range, kept or not: the first, and the one behind the last.</summary>
    public (long From, long To) RowsOf(long from, long to) => (EndBefore(from).EndRow, EndBefore(to).EndRow);

    /// <summary>Returns when there is a tick at <paramref name="cursor"/>, or none will follow.</summary>
    public async Task WaitAsync(long cursor, CancellationToken cancel = default)
    {
        // The announcement of an earlier tick may come after its arrival was seen: that is not the one waited for.
        while (NextSignal(cursor) is { } next)
        {
            await next.WaitAsync(cancel);
        }
    }

    /// <summary>What to wait for; null when there is nothing to wait for any more.</summary>
    private Task? NextSignal(long cursor)
    {
        lock (signalGate)
        {
            if (End > cursor || IsComplete)
            {
                return null;
            }

            signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return signal.Task;
        }
    }

    private Fold Sum(long from, long to)
    {
        var (before, after) = (EndBefore(from), EndBefore(to));
        var isMeasured = distributions is { Renderer.HasHistograms: true };
        using var totals = new Totals(slotCount, after.Known.Series, isMeasured);
        AddRange(totals, from, to);
        var (series, counts) = totals.Series();
        return totals.ToFold(from, to, before.Time.TotalMilliseconds, after.Time.TotalMilliseconds) with
        {
            Stacks = stacks?.Slice(before.Known, after.Known, series, counts),
            Distributions = distributions?.Slice(
                before.Known, after.Known, series, counts, isMeasured ? distributions.Sums(series, counts, totals) : []),
            Rows = rows is null ? null : new RowFold(after.FirstRow, after.EndRow),
            OpenCalls = after.OpenCalls,
        };
    }

    private void AddRange(Totals totals, long from, long to)
    {
        var firstSegment = (from + Segment.Capacity - 1) / Segment.Capacity;
        var lastSegment = to / Segment.Capacity;
        if (firstSegment < lastSegment)
        {
            AddTicks(totals, from, firstSegment * Segment.Capacity);
            totals.Add(SegmentAt(firstSegment).Checkpoint, sign: -1);
            totals.Add(SegmentAt(lastSegment).Checkpoint);
            AddTicks(totals, lastSegment * Segment.Capacity, to);
        }
        else
        {
            AddTicks(totals, from, to);
        }
    }

    private void AddTicks(Totals totals, long from, long to)
    {
        for (var tick = from; tick < to; tick++)
        {
            totals.Add(SegmentAt(tick / Segment.Capacity).Tick((int)(tick % Segment.Capacity)));
        }
    }

    /// <summary>How things stood at a cursor: at the end of the tick before it.</summary>
    private TickEnd EndBefore(long cursor)
    {
        var tick = Math.Min(cursor, End) - 1;
        return tick < 0 ? default : SegmentAt(tick / Segment.Capacity).EndOf((int)(tick % Segment.Capacity));
    }

    /// <summary>How much is defined by now; null for a session that only counts slots.</summary>
    private DefinitionCounts? Known => stacks?.Known ?? distributions?.Known;

    private Segment SegmentAt(long index) => Volatile.Read(ref segments)[index];

    private void Write(Tick tick, LeftOutRows leftOut)
    {
        var index = (int)(end % Segment.Capacity);
        var events = EventsAt(end) + tick.Counts.Sum(count => count.Delta);
        writer.Clear();
        Totals.Encode(tick, writer, leftOut);
        segments[^1].Write(index, writer.Written, new TickEnd(
            tick.End, events, Known ?? default, rows?.Store.First ?? 0, rows?.Store.End ?? 0, tick.OpenCalls));
        running.Add(tick, leftOut);
        if (index == Segment.Capacity - 1)
        {
            StartSegment();
        }
    }

    /// <summary>Before the new end is published: a fold up to it needs the checkpoint that is made here.</summary>
    private void StartSegment()
    {
        var last = segments[^1];
        last.Seal(Segment.Capacity);
        var next = new Segment(running.Encode(), sizeHint: last.BufferSize);
        Volatile.Write(ref sealedSize, sealedSize + last.Size);
        Volatile.Write(ref segments, [.. segments, next]);
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (signalGate)
        {
            (waiting, signal) = (signal, null);
        }

        waiting?.SetResult();
    }
}
