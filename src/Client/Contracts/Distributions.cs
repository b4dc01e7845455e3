namespace BpfDashboard.Client.Contracts;

/// <summary>How a session's distributions are to be shown.</summary>
/// <param name="Distributions">Those of <c>-C</c> first, then those of <c>-H</c>, each in the order of the command.</param>
/// <param name="Cumulative">Whether the blocks of BCC's text hold everything since the start (<c>-c</c>).</param>
/// <param name="Top">How many lines of each block are printed (<c>-T</c>); null for all.</param>
public sealed record DistributionsInfo(IReadOnlyList<DistributionInfo> Distributions, bool Cumulative, int? Top);

/// <summary>One distribution: how often which values came, or a histogram, or a histogram for each key.</summary>
/// <param name="Title">The label, or the specifier as it was typed.</param>
/// <param name="Specifier">The specifier as it was typed, without a label.</param>
/// <param name="Keys">
/// The columns of what is told apart. Without any there is a single key with no cells: calls are counted, or there is one
/// histogram.
/// </param>
/// <param name="Histogram">Of a histogram, what is measured and how values are grouped; null where values are counted.</param>
/// <param name="Slots">The targets whose hits are in it.</param>
public sealed record DistributionInfo(
    string Title, string Specifier, IReadOnlyList<RowColumn> Keys, HistogramInfo? Histogram, IReadOnlyList<int> Slots);

/// <summary>What a histogram is of.</summary>
/// <param name="Value">What is measured; "ns" is the unit of <c>$latency</c>.</param>
/// <param name="Unit">The unit of values where it is known: "ns", "bytes"; else null.</param>
/// <param name="IsSigned">Whether there can be values below zero.</param>
/// <param name="Linear">Its equal buckets; null for those that grow by powers of two.</param>
/// <remarks>
/// Buckets without <paramref name="Linear"/>: n itself for values below 16, then eight for each power of two; see
/// LogBuckets. Negative values have the buckets of their size, with a minus.
/// </remarks>
public sealed record HistogramInfo(RowColumn Value, string? Unit, bool IsSigned, LinearInfo? Linear);

/// <summary>
/// Buckets of equal width: 1 begins at <paramref name="Min"/>, 0 holds what is smaller, the one behind the last what is
/// <paramref name="Max"/> or larger.
/// </summary>
public sealed record LinearInfo(long Min, long Max, long Step);

/// <summary>
/// The distributions over a range of ticks: what first appeared in the range, and how much each series grew in it. Ids
/// are those of the whole session, so the definitions of a range continue where those of the range before ended.
/// </summary>
/// <param name="FirstKey">Id of the first of <paramref name="Keys"/>.</param>
/// <param name="FirstSeries">Id of the first new series.</param>
/// <param name="SeriesKeys">For each new series the id of its key.</param>
/// <param name="SeriesBuckets">For each new series its bucket; 0 where there is no histogram.</param>
/// <param name="Series">Ids of the series that grew in the range, ascending.</param>
/// <param name="Counts">By how much, in the order of <paramref name="Series"/>.</param>
/// <param name="Sums">Of histograms, the sum of the values that came in the range, in the same order; else empty.</param>
/// <param name="Mins">
/// The smallest value of the series in the whole session so far; in a part of it the smallest is not below this, and in
/// the bucket. Empty without histograms.
/// </param>
/// <param name="Maxs">The same of the largest value.</param>
/// <param name="KeysTurnedAway">
/// About how many different keys found no room in the whole session so far; how many hits these were is in the losses.
/// </param>
public sealed record DistributionFold(
    int FirstKey,
    IReadOnlyList<DistributionKeyInfo> Keys,
    int FirstSeries,
    IReadOnlyList<int> SeriesKeys,
    IReadOnlyList<int> SeriesBuckets,
    IReadOnlyList<int> Series,
    IReadOnlyList<long> Counts,
    IReadOnlyList<double> Sums,
    IReadOnlyList<double> Mins,
    IReadOnlyList<double> Maxs,
    long KeysTurnedAway = 0);

/// <summary>What is told apart in a distribution.</summary>
/// <param name="Distribution">Its place in <see cref="DistributionsInfo.Distributions"/>.</param>
/// <param name="Cells">The values, in the order of <see cref="DistributionInfo.Keys"/>.</param>
public sealed record DistributionKeyInfo(int Distribution, IReadOnlyList<RowCell> Cells);

/// <summary>What a viewer wants to see of a histogram over time.</summary>
/// <param name="Distribution">Its place in <see cref="DistributionsInfo.Distributions"/>.</param>
/// <param name="Key">The id of the key whose histogram it is; null for all keys together.</param>
/// <param name="MaxColumns">How many columns at most, 1 to <see cref="MostColumns"/>.</param>
/// <param name="Hidden">The ids of keys that are left out; null for none.</param>
public sealed record HeatMapQuery(int Distribution, int? Key, int MaxColumns, IReadOnlyList<int>? Hidden = null)
{
    /// <summary>The most columns that may be asked for.</summary>
    public const int MostColumns = 1000;
}

/// <summary>
/// A histogram over time, of the whole recording: column i holds the ticks [Ticks[i], Ticks[i+1]), which took the session
/// time from Ms[i] to Ms[i+1]; the two edge lists are one longer than <paramref name="Columns"/>. All columns hold the same
/// number of ticks, a power of two, but the last, which may hold fewer: they stay what they are while a session grows,
/// until pairs of them are merged.
/// </summary>
public sealed record HeatMap(IReadOnlyList<long> Ticks, IReadOnlyList<double> Ms, IReadOnlyList<HeatColumn> Columns);

/// <summary>A histogram: its buckets that are not empty, ascending, and how many values are in each.</summary>
public sealed record HeatColumn(IReadOnlyList<int> Buckets, IReadOnlyList<long> Counts);

/// <summary>A part of a distribution that somebody wants to look into.</summary>
/// <param name="Key">The id of a key; null for all.</param>
/// <param name="FromBucket">The first bucket of a histogram; null for all.</param>
/// <param name="ToBucket">The last one.</param>
/// <param name="Hidden">Of all keys, the ids of those that are not in it; null for none.</param>
public sealed record SliceQuery(
    int Distribution, int? Key, int? FromBucket, int? ToBucket, IReadOnlyList<int>? Hidden = null);

/// <summary>A command that shows the events of a part of a distribution.</summary>
/// <param name="Label">What it shows, for a menu: "Each event", "Who calls it" …</param>
/// <param name="Command">The command line; empty if there is none, then <paramref name="Problem"/> says why.</param>
public sealed record SliceCommand(string Label, string Command, string? Problem = null);
