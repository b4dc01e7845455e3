using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>What a session that collects distributions has beside its counts: indices of its maps in the image.</summary>
/// <param name="LossesMap">A u64 for each <see cref="LossCause"/>, per CPU.</param>
public sealed record DistributionImage(IReadOnlyList<DistributionMaps> Maps, int LossesMap)
{
    /// <summary>Most different tuples of <c>-C</c>.</summary>
    internal const int MostKeys = 32_768;

    /// <summary>Most buckets of histograms by key, of all keys together.</summary>
    internal const int MostBuckets = 16_384;

    /// <summary>Most buckets of one histogram: see <see cref="LogBuckets"/>, with both signs.</summary>
    private const int BucketsOfOne = 1024;

    /// <summary>Adds the maps of each distribution.</summary>
    internal static DistributionImage Add(BoundSpec bound, List<MapImage> maps)
    {
        var stringSize = (bound.Options.Distributions ?? new DistributionOptions()).StringSize;
        var distributions = bound.Distributions.Select(one => Add(one, bound.Events[one.Event], stringSize, maps)).ToList();
        maps.Add(new("losses", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), Enum.GetValues<LossCause>().Length));
        return new DistributionImage(distributions, maps.Count - 1);
    }

    private static DistributionMaps Add(BoundDistribution distribution, BoundEvent asked, int stringSize, List<MapImage> maps)
    {
        var layout = new DistributionKeyLayout(asked, stringSize);
        var isHistogram = distribution.Buckets is not null;
        maps.Add(new("distribution", MapType.ArrayOfMaps, sizeof(uint), sizeof(uint), 1)
        {
            Inner = new(
                "values", MapType.PerCpuHash, layout.Size, isHistogram ? DistributionMaps.MeasuredSize : sizeof(ulong),
                Entries(distribution, asked)),
        });
        maps.Add(new("turned_away", MapType.Array, sizeof(uint), DistributionMaps.TurnedAwaySize, 1));
        return new DistributionMaps(maps.Count - 2, maps.Count - 1, layout, distribution.Buckets)
        {
            IsSigned = asked.Measured?.Value.Type.CanBeNegative == true,
        };
    }

    private static int Entries(BoundDistribution distribution, BoundEvent asked) => distribution.Buckets switch
    {
        null => asked.Values.Count == 0 ? 1 : MostKeys,
        _ when asked.Values.Count > 0 => MostBuckets,
        LinearBuckets linear => linear.Count + 2,
        _ => BucketsOfOne,
    };
}

/// <summary>The maps of one distribution.</summary>
/// <param name="CountsMap">
/// Holds the map of counts, which is taken out when the session stops. By key, per CPU: how often, and of a histogram the
/// sum and the extremes.
/// </param>
/// <param name="TurnedAwayMap">A byte for each hash of a key that found no room, by which their number is estimated.</param>
/// <param name="Buckets">Null where values are only counted.</param>
public sealed record DistributionMaps(int CountsMap, int TurnedAwayMap, DistributionKeyLayout Layout, Buckets? Buckets)
{
    // The value, of which only the count is there without a histogram.
    internal const int Count = 0;
    internal const int Sum = 8;

    /// <summary>The largest value, in an order in which 0 is the smallest that there can be (u64).</summary>
    internal const int Largest = 16;

    /// <summary>The complement of the smallest value in that order, which only grows too (u64).</summary>
    internal const int Smallest = 24;

    internal const int MeasuredSize = 32;

    /// <summary>Bits of the hashes that are told apart.</summary>
    internal const int TurnedAwayBits = 16;

    /// <summary>How many there are.</summary>
    internal const int TurnedAwaySize = 1 << TurnedAwayBits;

    /// <summary>Whether what is measured can be below zero.</summary>
    public bool IsSigned { get; init; }
}
