using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>Who a process is: what <c>/proc/PID/status</c> and <c>stat</c> tell.</summary>
/// <param name="StartTime">In ticks (1/100 s) since boot; with the pid it tells a process from a later one.</param>
/// <param name="InnerPid">Its pid in its own namespace, which it knows itself by.</param>
/// <param name="RealUser">The real user id.</param>
/// <param name="EffectiveUser">The effective user id.</param>
internal readonly record struct ProcStatus(ulong StartTime, int InnerPid, uint RealUser, uint EffectiveUser)
{
    private const int MaxSize = 1 << 16;

    /// <summary>Null if there is no such process.</summary>
    /// <param name="process">Its folder under /proc.</param>
    public static ProcStatus? Read(string process) =>
        ReadStartTime(process) is { } start
            ? Parse(start, Encoding.UTF8.GetString(FileCalls.ReadProc($"{process}/status", MaxSize)))
            : null;

    /// <summary>Null if there is no such process.</summary>
    public static ulong? ReadStartTime(string process) =>
        ParseStartTime(Encoding.UTF8.GetString(FileCalls.ReadProc($"{process}/stat", MaxSize)));

    /// <summary>
    /// Field 22 of <c>4711 (name) S 1 …</c>. The name may hold anything, but the last parenthesis is its end.
    /// </summary>
    public static ulong? ParseStartTime(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && ulong.TryParse(fields[19], CultureInfo.InvariantCulture, out var start) ? start : null;
    }

    /// <summary><c>NSpid:</c> gives the pid in each namespace, outermost first; <c>Uid:</c> real, effective, saved.</summary>
    public static ProcStatus Parse(ulong startTime, string status)
    {
        var pids = Fields(status, "\nNSpid:");
        var users = Fields(status, "\nUid:");
        return new ProcStatus(
            startTime,
            int.TryParse(pids.LastOrDefault(), CultureInfo.InvariantCulture, out var pid) ? pid : 0,
            uint.TryParse(users.FirstOrDefault(), CultureInfo.InvariantCulture, out var real) ? real : 0,
            uint.TryParse(users.ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var effective) ? effective : 0);
    }

    private static string[] Fields(string status, string name)
    {
        var at = status.IndexOf(name, StringComparison.Ordinal);
        return at < 0
            ? []
            : status[(at + name.Length)..].Split('\n')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
