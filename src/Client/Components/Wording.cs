using System.Globalization;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Components;

/// <summary>How numbers, times and states are written, the same on every page.</summary>
internal static class Wording
{
    public static string InWords(this SessionState state) => state switch
    {
        SessionState.Starting => "starting",
        SessionState.Running => "running",
        SessionState.Stopping => "stopping",
        SessionState.Finished => "finished",
        SessionState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>Whether the session may still change.</summary>
    public static bool IsAlive(this SessionState state) => state is not (SessionState.Finished or SessionState.Failed);

    /// <summary>Whether there is a time to show: none passes while attaching, nor when that failed.</summary>
    public static bool HasRun(this SessionSummary session) =>
        session.State == SessionState.Running || (session.State != SessionState.Starting && session.ElapsedMs > 0);

    /// <summary>1234567 → "1,234,567".</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "62 rows".</summary>
    public static string Count(long value, string singular) => $"{Number(value)} {singular}{(value == 1 ? "" : "s")}";

    /// <summary>Whole seconds while they pass ("4 s"), tenths when they are over ("4.2 s"); "2:05 min"; "1:02:05 h".</summary>
    public static string Elapsed(double ms, bool isOver)
    {
        var time = TimeSpan.FromMilliseconds(ms);
        return time switch
        {
            { TotalMinutes: < 1 } when isOver => time.TotalSeconds.ToString("0.0 's'", CultureInfo.InvariantCulture),
            { TotalMinutes: < 1 } => $"{time.Seconds} s",
            { TotalHours: < 1 } => time.ToString(@"m\:ss' min'", CultureInfo.InvariantCulture),
            _ => $"{(int)time.TotalHours}{time:\\:mm\\:ss} h",
        };
    }

    /// <summary>"just now", "2 min ago", "3 h ago", "2 days ago".</summary>
    public static string Ago(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } => $"{age.Minutes} min ago",
        { TotalDays: < 1 } => $"{age.Hours} h ago",
        _ => $"{Count(age.Days, "day")} ago",
    };

    /// <summary>A short time as a machine takes it: "0.42 ms", "19 ms", "1.2 s".</summary>
    public static string Milliseconds(double ms) => ms switch
    {
        < 10 => ms.ToString("0.## 'ms'", CultureInfo.InvariantCulture),
        < 1000 => ms.ToString("0 'ms'", CultureInfo.InvariantCulture),
        _ => (ms / 1000).ToString("0.0 's'", CultureInfo.InvariantCulture),
    };
}
