using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Tracing.Rows;

/// <summary>
/// When rows happened. Those of probes that were attached before the session began, while others still were being
/// attached, have negative session times.
/// </summary>
/// <param name="Origin">The kernel's monotonic clock at the beginning of session time, in nanoseconds.</param>
/// <param name="Begin">The time of day then.</param>
public sealed record RowClock(long Origin, DateTimeOffset Begin)
{
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>Session time of a row, in nanoseconds.</summary>
    public long Nanoseconds(Row row) => unchecked((long)row.Time - Origin);

    /// <summary>Session time of a row, in milliseconds.</summary>
    public double Milliseconds(Row row) => Nanoseconds(row) / NanosecondsPerMillisecond;

    /// <summary>The time of day of a row.</summary>
    public DateTimeOffset TimeOf(Row row) => Begin.AddTicks(Nanoseconds(row) / TimeSpan.NanosecondsPerTick);
}
