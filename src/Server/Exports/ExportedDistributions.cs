using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Exports;

/// <summary>How often something came: a key of a distribution, or one of its buckets.</summary>
/// <param name="Sum">Of a histogram, the sum of the values.</param>
/// <param name="Min">The smallest of them; of a part of a session, not above it.</param>
/// <param name="Max">The largest of them; of a part of a session, not below it.</param>
internal readonly record struct ExportedCount(int Key, int Bucket, long Count, double Sum, double Min, double Max);

/// <summary>The distributions of a slice: what is told apart, and how often it came in a fold of it.</summary>
internal sealed class ExportedDistributions(DistributionsInfo info, DistributionDefinitions definitions)
{
    /// <summary>How they are to be shown.</summary>
    public DistributionsInfo Info => info;

    /// <summary>The counts of a distribution in a fold, those of a key by ascending bucket.</summary>
    public IReadOnlyList<ExportedCount> Of(int distribution, Fold fold)
    {
        var part = fold.Distributions ?? throw new ArgumentException("The session has no distributions.", nameof(fold));
        var isMeasured = part.Sums.Count > 0;
        return
        [
            .. part.Series.Select((series, index) =>
                {
                    var (key, bucket) = definitions.Series(series);
                    return isMeasured
                        ? new ExportedCount(key, bucket, part.Counts[index], part.Sums[index], part.Mins[index], part.Maxs[index])
                        : new ExportedCount(key, bucket, part.Counts[index], 0, 0, 0);
                })
                .Where(count => definitions.Key(count.Key).Distribution == distribution)
                .OrderBy(count => count.Key).ThenBy(count => count.Bucket),
        ];
    }

    /// <summary>The values of a key, in the order of the distribution's columns.</summary>
    public IReadOnlyList<RowCell> Cells(int key) => definitions.Info(key).Cells;

    /// <summary>The same as numbers and bytes, as the kernel has them.</summary>
    public IReadOnlyList<KeyConstant> Constants(int key) => definitions.Renderer.Constants(definitions.Key(key));

    /// <summary>The smallest value of a bucket, and the largest; null where there is no end.</summary>
    public static (Int128? Low, Int128? High) Range(HistogramInfo histogram, int bucket) => histogram.Linear is { } linear
        ? new LinearBuckets(linear.Min, linear.Max, linear.Step).Range(bucket)
        : new LogBuckets().Range(bucket);
}
