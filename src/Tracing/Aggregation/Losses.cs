namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// Why an event that was generated is not in the result. The values are part of the wire format; a new cause goes to
/// the end, and gets its words in <see cref="LossCauses.Describe"/>.
/// </summary>
public enum LossCause
{
    /// <summary>All scratch buffers of the CPU were taken by programs that were interrupted there.</summary>
    ScratchBusy,

    /// <summary>An event, or a new stack, could not be handed over: the ring buffer was full.</summary>
    RingFull,

    /// <summary>The map of counts was full, before it could be exchanged.</summary>
    MapFull,

    /// <summary>The map of counts was locked by the very program that was interrupted.</summary>
    MapBusy,

    /// <summary>There were more events a second than the session takes.</summary>
    RateGuard,

    /// <summary>
    /// The entry of the call was not seen whose return this is, or was forgotten for newer ones, and the event asks what it
    /// was: <c>$entry(x)</c>, <c>$latency</c>.
    /// </summary>
    NoEntry,

    /// <summary>What a histogram is of could not be read.</summary>
    Unreadable,
}

/// <summary>How many events were lost for one cause since the tick before.</summary>
public readonly record struct LossDelta(LossCause Cause, long Count);

/// <summary>The causes in words.</summary>
public static class LossCauses
{
    /// <summary>The cause as the ledger says it, after a number: "not counted: the map of counts was full".</summary>
    public static string Describe(this LossCause cause) => cause switch
    {
        LossCause.ScratchBusy => "not counted: interrupted too deeply on one CPU",
        LossCause.RingFull => "not shown: they came faster than they could be read",
        LossCause.MapFull => "not counted: the map of counts was full",
        LossCause.MapBusy => "not counted: the map of counts was in use by the code that was interrupted",
        LossCause.RateGuard => "not shown: more events a second than the session takes",
        LossCause.NoEntry => "not shown: returns of calls whose entry was not seen, or was forgotten for newer ones",
        LossCause.Unreadable => "not in the histogram: the value could not be read, or was divided by 0",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };
}
