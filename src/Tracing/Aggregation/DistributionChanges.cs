namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// What changed in the distributions of a session since the tick before. Keys and series are numbered in the order in
/// which they appear, over the whole session; a tick brings only the new ones, and how much each series grew.
/// </summary>
/// <param name="Keys">New keys; ids count from 0.</param>
/// <param name="Series">New series; ids count from 0.</param>
/// <param name="Counts">Series that grew, by ascending id (<see cref="CountDelta.Slot"/>), and by how much.</param>
/// <param name="Measures">What was measured, in the order of <paramref name="Counts"/>; all zero where values are only told apart.</param>
public sealed record DistributionChanges(
    IReadOnlyList<DistributionKey> Keys,
    IReadOnlyList<DistributionSeries> Series,
    IReadOnlyList<CountDelta> Counts,
    IReadOnlyList<Measure> Measures)
{
    /// <summary>About how many different keys found no room so far, where a map is full; see <see cref="LossCause.MapFull"/>.</summary>
    public long KeysTurnedAway { get; init; }
}

/// <summary>What is told apart in a distribution: the values of a tuple, or those that a histogram is for.</summary>
/// <param name="Distribution">Its place in the session's distributions.</param>
/// <param name="Bytes">The values as the kernel's program wrote them, see <see cref="Compilation.DistributionKeyLayout"/>.</param>
public readonly record struct DistributionKey(int Distribution, ReadOnlyMemory<byte> Bytes);

/// <summary>What is counted: a bucket of a key's histogram, see <see cref="Buckets"/>; 0 where there is no histogram.</summary>
public readonly record struct DistributionSeries(int Key, int Bucket);

/// <summary>What is known of the values in a bucket.</summary>
/// <param name="Sum">By how much their sum grew, modulo 2^64.</param>
/// <param name="Min">The smallest so far, to 53 bits.</param>
/// <param name="Max">The largest so far.</param>
public readonly record struct Measure(long Sum, double Min, double Max)
{
    /// <summary>
    /// The sum of so many values, of which 64 bits are known: the one next to what the extremes make likely. It is the true
    /// one unless the values differ by more than 2^64 divided by their number.
    /// </summary>
    public Int128 Whole(long count)
    {
        var likely = count * ((Int128)Min + (Int128)Max) / 2;
        return likely + (long)((ulong)Sum - (ulong)likely);
    }
}
