using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// The keys and series of a session's distributions, by id. They are only ever added, by one thread; any thread may read,
/// without locks, those it knows the number of. The extremes of a series are those of the session so far.
/// </summary>
internal sealed class DistributionDefinitions(DistributionRenderer renderer)
{
    private const int ObjectBytes = 120; // a key with a cell and a short text

    private readonly AppendOnlyList<DistributionKeyInfo> infos = new();
    private readonly AppendOnlyList<DistributionKey> keys = new();
    private readonly AppendOnlyList<int> seriesKeys = new();
    private readonly AppendOnlyList<int> seriesBuckets = new();
    private readonly AppendOnlyList<Extremes> extremes = new();
    private long objectSize;
    private long size;
    private long turnedAway;

    /// <summary>How many there are; for the thread that adds.</summary>
    public DefinitionCounts Known => new(0, 0, 0, seriesKeys.Count, keys.Count);

    /// <summary>Bytes of memory they take.</summary>
    public long Size => Volatile.Read(ref size);

    /// <summary>About how many different keys found no room in the kernel's maps so far.</summary>
    public long KeysTurnedAway { get => Volatile.Read(ref turnedAway); private set => Volatile.Write(ref turnedAway, value); }

    /// <summary>Puts keys into words.</summary>
    public DistributionRenderer Renderer => renderer;

    /// <summary>Adds the definitions of a tick that was found to be well formed.</summary>
    public void Add(DistributionChanges changes)
    {
        foreach (var key in changes.Keys)
        {
            var cells = renderer.Show(key).Select(value => value.ToCell()).ToArray();
            infos.Add(new DistributionKeyInfo(key.Distribution, cells));
            keys.Add(key);
            objectSize += ObjectBytes + key.Bytes.Length + cells.Sum(cell => sizeof(char) * (long)cell.Text.Length);
        }

        foreach (var series in changes.Series)
        {
            seriesKeys.Add(series.Key);
            seriesBuckets.Add(series.Bucket);
            extremes.Add(new Extremes());
        }

        for (var index = 0; index < changes.Counts.Count; index++)
        {
            var (_, min, max) = changes.Measures[index];
            extremes[changes.Counts[index].Slot].Set(min, max);
        }

        KeysTurnedAway = Math.Max(KeysTurnedAway, changes.KeysTurnedAway);
        Volatile.Write(ref size, objectSize + infos.Size + keys.Size + seriesKeys.Size + seriesBuckets.Size + extremes.Size);
    }

    /// <summary>The key with an id that was told.</summary>
    public DistributionKey Key(int id) => keys[id];

    /// <summary>The same key in words.</summary>
    public DistributionKeyInfo Info(int id) => infos[id];

    /// <summary>The key of a series, and its bucket.</summary>
    public (int Key, int Bucket) Series(int id) => (seriesKeys[id], seriesBuckets[id]);

    /// <summary>What was measured in each series, in sum; 0 where values are only counted.</summary>
    public double[] Sums(int[] series, long[] counts, Totals totals) => [.. series.Zip(counts, (id, count) =>
        renderer.Buckets(keys[seriesKeys[id]].Distribution) is not null
            ? (double)new Measure(totals.SumOf(id), extremes[id].Min, extremes[id].Max).Whole(count)
            : 0)];

    /// <summary>The definitions from one moment to another, with counts of series known by then.</summary>
    public DistributionFold Slice(
        DefinitionCounts from, DefinitionCounts to, int[] series, long[] counts, IReadOnlyList<double> sums)
    {
        var measured = renderer.HasHistograms ? series : [];
        return new DistributionFold(
            from.Keys,
            infos.Slice(from.Keys, to.Keys),
            from.Series,
            seriesKeys.Slice(from.Series, to.Series),
            seriesBuckets.Slice(from.Series, to.Series),
            series,
            counts,
            sums,
            [.. measured.Select(id => extremes[id].Min)],
            [.. measured.Select(id => extremes[id].Max)],
            KeysTurnedAway);
    }

    /// <summary>Two numbers that may be read while they are replaced, each for itself.</summary>
    private sealed class Extremes
    {
        private double min;
        private double max;

        public double Min => Volatile.Read(ref min);

        public double Max => Volatile.Read(ref max);

        public void Set(double smallest, double largest)
        {
            Volatile.Write(ref min, smallest);
            Volatile.Write(ref max, largest);
        }
    }
}
