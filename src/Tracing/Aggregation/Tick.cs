namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// What changed in a session since the tick before: the only thing a recording holds. Never altered once made.
/// </summary>
/// <param name="Start">Session time at which the tick before was read; zero for the first.</param>
/// <param name="End">Session time at which this one was read.</param>
/// <param name="Counts">Slots that moved, by ascending slot, and by how much.</param>
/// <param name="Cost">What the programs cost in this time.</param>
/// <param name="Misses">Hits the kernel saw but did not count: recursion misses of all programs and links.</param>
public sealed record Tick(
    TimeSpan Start, TimeSpan End, IReadOnlyList<CountDelta> Counts, ProgramCost Cost, long Misses)
{
    /// <summary>What changed in the stacks; null for a session that has none.</summary>
    public StackChanges? Stacks { get; init; }

    /// <summary>The events one by one; null for a session that only counts.</summary>
    public RowBlock? Rows { get; init; }

    /// <summary>What changed in the distributions; null for a session that has none.</summary>
    public DistributionChanges? Distributions { get; init; }

    /// <summary>Events that are in <see cref="Counts"/> but in nothing else, by cause; empty if nothing was lost.</summary>
    public IReadOnlyList<LossDelta> Losses { get; init; } = [];

    /// <summary>
    /// How many calls were entered and had not returned at the end of the tick: they are running, or were left for good (by
    /// longjmp, by the end of their thread) and nothing was called at that place since, or their return is among
    /// <see cref="LossCause.NoEntry"/>. Null where no return asks for its entry.
    /// </summary>
    public long? OpenCalls { get; init; }
}

/// <summary>How much one slot grew.</summary>
public readonly record struct CountDelta(int Slot, long Delta);

/// <summary>BPF run statistics: how often the programs ran, and for how long in all. Zero where the kernel keeps none.</summary>
public readonly record struct ProgramCost(long Runs, long Nanoseconds)
{
    public static ProgramCost operator +(ProgramCost a, ProgramCost b) =>
        new(a.Runs + b.Runs, a.Nanoseconds + b.Nanoseconds);

    public static ProgramCost operator -(ProgramCost a, ProgramCost b) =>
        new(a.Runs - b.Runs, a.Nanoseconds - b.Nanoseconds);
}
