using System.ComponentModel;
using BpfDashboard.Server.Recordings;

namespace BpfDashboard.Server.Api;

/// <summary>Which part of a recording is asked for: by ticks or by session time, each end for itself.</summary>
internal sealed record TickRange
{
    private static readonly double LongestMs = TimeSpan.MaxValue.TotalMilliseconds / 2;

    [Description("First tick; the start if left out")]
    public long? From { get; init; }

    [Description("The tick behind the last; the end if left out")]
    public long? To { get; init; }

    [Description("Session time at which the range begins, in milliseconds, in place of 'from'")]
    public double? FromMs { get; init; }

    [Description("Session time at which the range ends, in milliseconds, in place of 'to'")]
    public double? ToMs { get; init; }

    /// <summary>What is wrong with it; null if nothing is.</summary>
    public string? Problem() => (From, To, FromMs, ToMs) switch
    {
        ({ }, _, { }, _) => "'from' and 'fromMs' say the same thing: give one.",
        (_, { }, _, { }) => "'to' and 'toMs' say the same thing: give one.",
        ( < 0, _, _, _) or (_, < 0, _, _) => "Ticks are counted from 0.",
        _ when IsNoTime(FromMs) || IsNoTime(ToMs) => "Session time is counted from 0, in milliseconds.",
        ({ } from, { } to, _, _) when to < from => "'to' is before 'from'.",
        (_, _, { } from, { } to) when to < from => "'toMs' is before 'fromMs'.",
        _ => null,
    };

    /// <summary>
    /// The cursors of a range without problems, moved to the ends of the recording if they are outside. A tick is at
    /// the time of its middle.
    /// </summary>
    public (long From, long To) In(Recording recording)
    {
        var end = recording.End;
        var to = Math.Min(To ?? Tick(recording, ToMs) ?? end, end);
        return (Math.Min(From ?? Tick(recording, FromMs) ?? 0, to), to);
    }

    private static long? Tick(Recording recording, double? time) =>
        time is { } ms ? recording.FirstTickAt(TimeSpan.FromMilliseconds(ms)) : null;

    private static bool IsNoTime(double? ms) => ms is { } time && !(time >= 0 && time <= LongestMs);
}
