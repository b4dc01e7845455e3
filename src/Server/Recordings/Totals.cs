using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Sums over ticks, with the bytes they are stored as: runs, nanoseconds, misses, then the counts of slots, of causes
/// of loss and of series, and the sums of what was measured in each series, each as <see cref="VarintWriter"/> writes counts. Ticks and checkpoints look the same, so a
/// range is a sum of some of these and a difference of others.
/// </summary>
internal sealed class Totals(int slotCount, int seriesCount, bool isMeasured = false) : IDisposable
{
    private readonly CountSums slots = new(slotCount);
    private readonly CountSums losses = new(LedgerCauses.Count);
    private readonly CountSums series = new(seriesCount);
    private readonly CountSums sums = new(isMeasured ? seriesCount : 0);
    private long runs;
    private long nanoseconds;
    private long misses;

    /// <summary>Adds a tick that was found to be well formed.</summary>
    public void Add(Tick tick, LeftOutRows leftOut = default)
    {
        runs += tick.Cost.Runs;
        nanoseconds += tick.Cost.Nanoseconds;
        misses += tick.Misses;
        slots.Add(tick.Counts);
        foreach (var loss in tick.Losses)
        {
            losses.Add((int)loss.Cause, loss.Count);
        }

        losses.Add(LedgerCauses.IndexOf(RowCause.NotKept), leftOut.NotKept);
        losses.Add(LedgerCauses.IndexOf(RowCause.Filtered), leftOut.Filtered);
        losses.Add(LedgerCauses.IndexOf(RowCause.BeyondMaximum), leftOut.BeyondMaximum);

        if (tick.Stacks is { } stacks)
        {
            series.Grow(series.Values.Length + stacks.Series.Count);
            series.Add(stacks.Counts);
        }

        if (tick.Distributions is { } distributions)
        {
            series.Grow(series.Values.Length + distributions.Series.Count);
            series.Add(distributions.Counts);
            sums.Grow(series.Values.Length);
            sums.Add(Sums(distributions));
        }
    }

    /// <summary>Adds what was written, or takes it away with a <paramref name="sign"/> of -1.</summary>
    public void Add(ReadOnlySpan<byte> encoded, int sign = 1)
    {
        var position = 0;
        runs += sign * Varint.Read(encoded, ref position);
        nanoseconds += sign * Varint.Read(encoded, ref position);
        misses += sign * Varint.Read(encoded, ref position);
        slots.Add(encoded, ref position, sign);
        losses.Add(encoded, ref position, sign);
        series.Add(encoded, ref position, sign);
        sums.Add(encoded, ref position, sign);
    }

    /// <summary>The bytes of these totals, in an array of just that length.</summary>
    public byte[] Encode()
    {
        using var writer = new VarintWriter();
        writer.Write(runs);
        writer.Write(nanoseconds);
        writer.Write(misses);
        writer.Write(slots.Values);
        writer.Write(losses.Values);
        writer.Write(series.Values);
        writer.Write(sums.Values);
        return writer.Written.ToArray();
    }

    /// <summary>Writes the bytes of one tick: takes as long as it has counts, however many slots and series there are.</summary>
    public static void Encode(Tick tick, VarintWriter writer, LeftOutRows leftOut = default)
    {
        writer.Write(tick.Cost.Runs);
        writer.Write(tick.Cost.Nanoseconds);
        writer.Write(tick.Misses);
        writer.Write(tick.Counts);
        Span<long> losses = stackalloc long[LedgerCauses.Count];
        losses.Clear();
        losses[LedgerCauses.IndexOf(RowCause.NotKept)] = leftOut.NotKept;
        losses[LedgerCauses.IndexOf(RowCause.Filtered)] = leftOut.Filtered;
        losses[LedgerCauses.IndexOf(RowCause.BeyondMaximum)] = leftOut.BeyondMaximum;
        foreach (var loss in tick.Losses)
        {
            losses[(int)loss.Cause] += loss.Count;
        }

        writer.Write(losses);
        writer.Write(tick.Stacks?.Counts ?? tick.Distributions?.Counts ?? []);
        writer.Write(tick.Distributions is { } distributions ? Sums(distributions) : []);
    }

    /// <summary>By how much the sums of values grew, by series.</summary>
    private static CountDelta[] Sums(DistributionChanges changes) =>
        [.. changes.Counts.Zip(changes.Measures, (count, measure) => new CountDelta(count.Slot, measure.Sum))];

    /// <summary>The fold these totals are, for the range they were summed over; its stacks are <see cref="Series"/>.</summary>
    public Fold ToFold(long from, long to, double startMs, double endMs)
    {
        var (ids, counts) = slots.ToLists();
        return new Fold(from, to, startMs, endMs, ids, counts, runs, nanoseconds, misses) { Losses = ToLosses() };
    }

    /// <summary>The series that grew, ascending, and by how much.</summary>
    public (int[] Ids, long[] Counts) Series() => series.ToLists();

    /// <summary>The sum of what was measured in a series.</summary>
    public long SumOf(int id) => sums.Values[id];

    public void Dispose()
    {
        sums.Dispose();
        slots.Dispose();
        losses.Dispose();
        series.Dispose();
    }

    private LossInfo[] ToLosses()
    {
        var (causes, counts) = losses.ToLists();
        return [.. causes.Zip(counts, LedgerCauses.ToInfo)];
    }
}
