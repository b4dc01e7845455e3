namespace BpfDashboard.Client.Contracts;

/// <summary>Where a session is in its life.</summary>
public enum SessionState
{
    /// <summary>Programs are being loaded and attached.</summary>
    Starting,
    Running,

    /// <summary>The last numbers are being read.</summary>
    Stopping,

    /// <summary>Ended as it should; <see cref="SessionSummary.EndReason"/> says why.</summary>
    Finished,

    /// <summary>Could not start, or broke; <see cref="SessionSummary.EndReason"/> says how.</summary>
    Failed,
}

/// <summary>A session in a list. Times are UTC; <see cref="ElapsedMs"/> is session time so far, or in all.</summary>
public sealed record SessionSummary(
    string Id,
    string Command,
    string Tool,
    SessionState State,
    DateTimeOffset StartedAt,
    double ElapsedMs,
    string? EndReason,
    int TargetCount,
    int SkippedCount,
    int Viewers,
    long TotalCount);

/// <summary>A session with what it counts. Slots of folds are indices into <see cref="Targets"/>.</summary>
/// <param name="IntervalMs">Length of a block (<c>-i</c>), or null.</param>
/// <param name="DurationMs">When the session ends by itself (<c>-d</c>), or null.</param>
/// <param name="AttachMs">How long attaching took; null while it lasts.</param>
/// <param name="DetachMs">How long detaching took, after the end; null before and while it lasts.</param>
/// <param name="AttachDone">Places tried so far, of <paramref name="AttachTotal"/>.</param>
/// <param name="Listing">The programs in the kernel's notation.</param>
/// <param name="ShowListing">Whether the command asked for the listing (<c>-D</c>).</param>
/// <param name="Pattern">The probe without the quotes of a shell, for the heading of exports.</param>
public sealed record SessionDetails(
    SessionSummary Summary,
    IReadOnlyList<TargetInfo> Targets,
    IReadOnlyList<SkippedInfo> Skipped,
    IReadOnlyList<string> Notes,
    double? IntervalMs,
    double? DurationMs,
    double? AttachMs,
    double? DetachMs,
    int AttachDone,
    int AttachTotal,
    bool Timestamps,
    bool ShowListing,
    string Pattern,
    string Listing)
{
    /// <summary>
    /// Why probes that count nothing may be silent. It grows and shrinks while the session runs: what is certain is there
    /// from the start, the rest after seconds without a hit; a hit takes it away.
    /// </summary>
    public IReadOnlyList<ExplanationInfo> Explanations { get; init; } = [];

    /// <summary>How the session's stacks are to be shown; null for a session that has none.</summary>
    public StackInfo? Stacks { get; init; }

    /// <summary>How its events are to be shown one by one; null for a session that only counts.</summary>
    public RowInfo? Rows { get; init; }

    /// <summary>How its distributions are to be shown; null for a session that has none.</summary>
    public DistributionsInfo? Distributions { get; init; }

    /// <summary>In which formats the session can be exported.</summary>
    public IReadOnlyList<ExportFormat> Exports => ExportFormat.Of(this);
}

/// <summary>What the command said of stacks.</summary>
/// <param name="PerProcess">Whether results are shown by process (<c>-P</c>, or <c>-p</c>).</param>
/// <param name="SingleProcess">Whether there is only one process to show (<c>-p</c>).</param>
/// <param name="Sampled">Whether events are samples of a clock (<c>profile:99hz</c>) rather than hits of a probe.</param>
/// <param name="Frequency">Samples per second and CPU, for <paramref name="Sampled"/> sessions; else null.</param>
public sealed record StackInfo(
    bool Kernel,
    bool User,
    bool PerProcess,
    bool SingleProcess,
    bool ByThread,
    bool ByCpu,
    bool Offsets,
    bool Addresses,
    bool Delimited,
    bool Folded,
    bool Sampled,
    int? Frequency);

/// <summary>A row: what is counted, where it lives, and how it was attached (null if it could not be).</summary>
public sealed record TargetInfo(
    int Slot, string Name, string Kind, string? Where, string? Mechanism, IReadOnlyList<string> Aliases);

/// <summary>Why a probe may be silent.</summary>
/// <param name="Id">The kind of reason, for scripts: <c>not-mapped</c>, <c>other-definition</c> … (docs/silent-sessions.md).</param>
/// <param name="Text">In a sentence.</param>
/// <param name="Command">What to run instead, as a whole command line; null where nothing is known to help.</param>
public sealed record ExplanationInfo(string Id, string Text, string? Command);

/// <summary>A match that is not counted, and why.</summary>
public sealed record SkippedInfo(string Name, string Reason);

/// <summary>A mistake in a command: span in UTF-16 units of the text that was sent.</summary>
public sealed record SpecProblem(int Start, int Length, string Message, string? Hint);

/// <summary>
/// The state over a range of ticks: the only thing a viewer sees. Adding up the folds of adjacent ranges gives the
/// fold of the whole, so a viewer needs no other arithmetic.
/// </summary>
/// <param name="From">First tick of the range.</param>
/// <param name="To">The tick behind the range; the cursor to continue from.</param>
/// <param name="StartMs">Session time at which the range begins.</param>
/// <param name="EndMs">Session time at which it ends.</param>
/// <param name="Slots">Rows that moved.</param>
/// <param name="Counts">By how much, in the order of <paramref name="Slots"/>.</param>
/// <param name="Runs">Program runs in the range (BPF run statistics).</param>
/// <param name="RunNs">Nanoseconds in those runs.</param>
/// <param name="Misses">Hits the kernel saw but did not count.</param>
public sealed record Fold(
    long From,
    long To,
    double StartMs,
    double EndMs,
    IReadOnlyList<int> Slots,
    IReadOnlyList<long> Counts,
    long Runs,
    long RunNs,
    long Misses)
{
    /// <summary>The stacks of the range; null for a session that has none.</summary>
    public StackFold? Stacks { get; init; }

    /// <summary>Which events there are one by one; null for a session that only counts.</summary>
    public RowFold? Rows { get; init; }

    /// <summary>The distributions of the range; null for a session that has none.</summary>
    public DistributionFold? Distributions { get; init; }

    /// <summary>
    /// Calls that were entered and had not returned at the end of the range, by longjmp or not yet; null where no return asks
    /// for its entry.
    /// </summary>
    public long? OpenCalls { get; init; }

    /// <summary>Events that are in <see cref="Counts"/> but in nothing else; empty if nothing was lost.</summary>
    public IReadOnlyList<LossInfo> Losses { get; init; } = [];
}

/// <summary>Events that were lost, and why, in words.</summary>
/// <param name="Cause">Name of the cause: ringFull …</param>
public sealed record LossInfo(string Cause, string Reason, long Count);
