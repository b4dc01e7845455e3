using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Recordings;

/// <summary>Histograms over time.</summary>
internal static class HeatMaps
{
    /// <summary>Why a question makes no sense; null if it does.</summary>
    public static string? WhyNot(this Recording recording, HeatMapQuery query) =>
        recording.Distributions is not { Renderer.Count: var count } ? "The session has no distributions."
        : (uint)query.Distribution >= (uint)count ? $"Distributions are numbered from 0 to {count - 1}."
        : query.MaxColumns is < 1 or > HeatMapQuery.MostColumns ? $"A heat map has 1 to {HeatMapQuery.MostColumns} columns."
        : null;

    /// <summary>The whole recording, a histogram for each column: as many folds as columns, however long it is.</summary>
    public static HeatMap HeatMap(this Recording recording, HeatMapQuery query)
    {
        var edges = recording.Timeline(query.MaxColumns);
        var hidden = query.Hidden?.ToHashSet() ?? [];
        var definitions = recording.Distributions ?? throw new ArgumentException("The session has no distributions.", nameof(query));
        return new HeatMap(edges.Ticks, edges.Ms,
        [
            .. edges.Ticks.Zip(edges.Ticks.Skip(1), (from, to) => Column(recording.Fold(from, to), definitions, IsMeant)),
        ]);

        bool IsMeant(int key) =>
            definitions.Key(key).Distribution == query.Distribution && (query.Key is null || query.Key == key) && !hidden.Contains(key);
    }

    private static HeatColumn Column(Fold fold, DistributionDefinitions definitions, Func<int, bool> isMeant)
    {
        var buckets = new SortedDictionary<int, long>();
        foreach (var (series, count) in (fold.Distributions?.Series ?? []).Zip(fold.Distributions?.Counts ?? []))
        {
            var (key, bucket) = definitions.Series(series);
            if (isMeant(key))
            {
                buckets[bucket] = buckets.GetValueOrDefault(bucket) + count;
            }
        }

        return new HeatColumn([.. buckets.Keys], [.. buckets.Values]);
    }
}
