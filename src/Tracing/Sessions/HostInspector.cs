using System.Globalization;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Compilation.Probes;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions.Attach;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Finds out what this process can do on this host, by doing it once and throwing it away.</summary>
internal static class HostInspector
{
    /// <summary>A function every kernel has and traces, and that our programs leave at once.</summary>
    private const string KernelFunction = "vfs_read";
    private const string TracepointName = "sched_process_exit";

    private static readonly (int Bit, string Name)[] NeededCapabilities =
    [
        (39, "CAP_BPF"),
        (38, "CAP_PERFMON"),
        (2, "CAP_DAC_READ_SEARCH"),
        (34, "CAP_SYSLOG"),
        (21, "CAP_SYS_ADMIN"),
    ];

    /// <summary>The names of the four kinds of targets, as <see cref="HostReport.Abilities"/> lists them.</summary>
    internal static string NameOf(TargetKind kind) => kind switch
    {
        TargetKind.KernelFunction => "kernel functions",
        TargetKind.UserFunction => "user functions",
        TargetKind.Usdt => "USDT probes",
        _ => "tracepoints",
    };

    internal static HostReport Inspect(IKernelCatalog catalog)
    {
        var id = catalog.Tracepoints.FirstOrDefault(tracepoint => tracepoint.Event == TracepointName)?.Id ?? 0;
        var tracepoints = Try([new TracepointProbe(0, "sched", TracepointName, id)], new TracepointKind());
        var user = OwnFunction.Find() is { } function
            ? Try([new UserProbe(0, function.Path, function.FileOffset, 0)], new UserKind())
            : [];
        var kernel = Try([new KernelFunctionProbe(0, KernelFunction, 0, null)], new KernelKind());
        return new HostReport(
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            CpuLayout.Current.Name,
            MissingCapabilities(File.ReadLines("/proc/self/status")),
            [
                Summary(TargetKind.Tracepoint, tracepoints),
                Summary(TargetKind.UserFunction, user),
                Summary(TargetKind.Usdt, user),
                Summary(TargetKind.KernelFunction, kernel),
                .. tracepoints, .. user, .. kernel,
                RunStatistics(),
            ]);
    }

    /// <summary>The capabilities a tracing server wants and this process has not, from /proc/PID/status.</summary>
    internal static IReadOnlyList<string> MissingCapabilities(IEnumerable<string> status)
    {
        // CapEff:	000001fffeffffff
        var line = status.FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        var effective = line is null ? 0 : ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, null);
        return [.. NeededCapabilities.Where(needed => (effective >> needed.Bit & 1) == 0).Select(needed => needed.Name)];
    }

    /// <summary>Whether the process lacks what every program takes.</summary>
    internal static bool LacksPrivilege(HostReport host) =>
        host.MissingCapabilities.Any(name => name is "CAP_BPF" or "CAP_PERFMON");

    /// <summary>A kind works if one of its ways does; else their reasons say why not, a common one once.</summary>
    private static HostAbility Summary(TargetKind kind, IReadOnlyList<HostAbility> ways) => new(
        NameOf(kind),
        ways.Any(way => way.Problem is null)
            ? null
            : string.Join("; ", ways.GroupBy(way => way.Problem)
                .Select(same => $"{string.Join(", ", same.Select(way => way.Name))}: {same.Key}")));

    private static List<HostAbility> Try(IReadOnlyList<BoundProbe> probes, IProbeKind kind)
    {
        var group = kind.Build(probes, new Filter(null, null), []).Single();
        return [.. group.Alternatives.Select(way => Try(way, probes))];
    }

    private static HostAbility Try(Alternative way, IReadOnlyList<BoundProbe> probes)
    {
        var name = way.Mechanism.Describe();
        try
        {
            using var map = BpfMap.Create(new MapImage("counts", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), 1));
            using var made = new Attachments([map], null, null, probes.Count, CancellationToken.None);
            var refused = Attachers.For(way.Mechanism).Attach(way.Program, probes, made);
            return new HostAbility(name, refused.Count == 0 ? null : Errors.Describe(refused[0].Errno));
        }
        catch (BpfException refused)
        {
            return new HostAbility(name, refused.Message);
        }
    }

    private static HostAbility RunStatistics()
    {
        var fd = Native.EnableStats(0);
        using var handle = fd >= 0 ? new FileHandle(fd) : null;
        return new HostAbility("run statistics", fd >= 0 ? null : Errors.Describe(-fd));
    }
}
