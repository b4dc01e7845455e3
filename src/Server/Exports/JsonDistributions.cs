using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>The distributions of a fold as objects for the JSON file: each with its keys, and these with counts or buckets.</summary>
internal static class JsonDistributions
{
    public static IEnumerable<object> Of(ExportedDistributions distributions, Fold fold) =>
        distributions.Info.Distributions.Select((one, index) => new
        {
            one.Title,
            one.Specifier,
            one.Histogram,
            Keys = distributions.Of(index, fold).GroupBy(count => count.Key).Select(key => Key(distributions, one, key)),
        });

    private static object Key(ExportedDistributions distributions, DistributionInfo one, IGrouping<int, ExportedCount> counts) => new
    {
        Values = one.Keys.Zip(distributions.Cells(counts.Key)).ToDictionary(
            pair => pair.First.Name, pair => new { pair.Second.Text, pair.Second.Raw, pair.Second.IsFault }),
        Count = counts.Sum(count => count.Count),
        Measured = one.Histogram is { } histogram
            ? new
            {
                Sum = counts.Sum(count => count.Sum),
                Min = counts.Min(count => count.Min),
                Max = counts.Max(count => count.Max),
                Buckets = counts.Select(count => Bucket(histogram, count)),
            }
            : null,
    };

    private static object Bucket(HistogramInfo histogram, ExportedCount count)
    {
        var (low, high) = ExportedDistributions.Range(histogram, count.Bucket);
        return new { Low = $"{low}", High = $"{high}", count.Count };
    }
}
