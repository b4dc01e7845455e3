using System.Globalization;

namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>The capabilities a tracing server uses.</summary>
internal static class Privileges
{
    private const int SysAdmin = 21;
    private const int Bpf = 39;
    private const int Perfmon = 38;

    private static readonly (int Bit, Privilege Privilege)[] Needed =
    [
        (Bpf, new("CAP_BPF", "every program and map", true)),
        (Perfmon, new("CAP_PERFMON", "every program that traces", true)),
        (2, new("CAP_DAC_READ_SEARCH", "the names of tracepoints: tracefs is readable by root only", false)),
        (34, new("CAP_SYSLOG", "the addresses of kernel functions, where kptr_restrict hides them", false)),
        (SysAdmin, new("CAP_SYS_ADMIN", "what programs cost (run statistics)", false)),
    ];

    /// <summary>Those this process has not, from the lines of /proc/PID/status.</summary>
    internal static IReadOnlyList<Privilege> Missing(IEnumerable<string> status)
    {
        // CapEff:	000001fffeffffff
        var line = status.FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        var effective = line is null ? 0 : ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, null);
        if ((effective >> SysAdmin & 1) != 0)
        {
            // The older, larger capability stands in for the two that were split from it.
            effective |= 1ul << Bpf | 1ul << Perfmon;
        }

        return [.. Needed.Where(needed => (effective >> needed.Bit & 1) == 0).Select(needed => needed.Privilege)];
    }
}
