using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>Finds out what this process can do on this host, by doing it once and throwing it away.</summary>
internal static class HostInspector
{
    internal static HostReport Inspect(IKernelCatalog catalog)
    {
        var facts = HostFacts.Read(catalog, new HostPaths());
        var kernel = Report(Trials.KernelFunctions(), "kernel functions", facts);
        var user = Report(Trials.UserFunctions(), "user functions and USDT probes", facts);
        var calls = Report(Trials.Sessions(), "calls, for $latency and $entry", facts);
        var tracepoints = Report(Trials.Tracepoints(catalog), "tracepoints", facts);
        var systemCalls = Report([Trials.SystemCalls(catalog)], "tracepoints of system calls", facts);
        var clocks = Report(Trials.Clocks(), "the clocks of CPUs", facts);
        var kinds = new[]
        {
            Kind(TargetKind.KernelFunction, kernel, facts.KernelFunctionsProblem, facts),
            Kind(TargetKind.UserFunction, user, null, facts),
            Kind(TargetKind.Usdt, user, null, facts),
            WithSystemCalls(Kind(TargetKind.Tracepoint, tracepoints, facts.TracepointsProblem, facts), systemCalls[0]),
            Kind(TargetKind.Profile, clocks, null, facts),
        };
        return new HostReport(Environment.MachineName, facts.Release, CpuLayout.Current.Name)
        {
            Lockdown = facts.Lockdown,
            Kinds = kinds,
            Mechanisms = [.. kernel, .. user, .. calls, .. tracepoints, .. systemCalls, .. clocks],
            Extras = Extras(facts),
            Settings = KernelSettings.Describe(facts),
            MissingPrivileges = facts.MissingPrivileges,
            Remedies = Remedies.For(facts, kernelFunctionsWork: kinds[0].Problem is null),
        };
    }

    private static List<MechanismReport> Report(IReadOnlyList<Trial> trials, string targets, HostFacts facts) =>
        [.. trials.Select(trial =>
            new MechanismReport(trial.Way, targets, Explanations.WhyNot(trial, facts), trial.Failure?.Words))];

    private static KindReport Kind(
        TargetKind kind, IReadOnlyList<MechanismReport> ways, string? unknownNames, HostFacts facts)
    {
        var problem = Explanations.WhyNot(kind, ways, unknownNames, facts);
        return new KindReport(kind, problem, problem is null ? ways.First(way => way.Problem is null).Name : null);
    }

    private static KindReport WithSystemCalls(KindReport kind, MechanismReport systemCalls) =>
        kind.Problem is null && systemCalls.Problem is null
            ? kind with { Uses = $"{kind.Uses}; system calls by {systemCalls.Name}" }
            : kind;

    private static IReadOnlyList<HostAbility> Extras(HostFacts facts) =>
    [
        new("BTF of the kernel", facts.HasBtf ? null : "this kernel is built without it (CONFIG_DEBUG_INFO_BTF)"),
        new("list of tracepoints", facts.TracepointsProblem),
        new("list of traceable functions", facts.FunctionListProblem is { } problem
            ? $"{problem}; kallsyms and BTF stand in"
            : null),
        new("addresses of kernel functions", facts.ShowsAddresses
            ? null
            : "/proc/kallsyms hides them; functions are found by name"),
        new("ring buffers for events", RingBuffers.Problem),
        RunStatistics(facts),
    ];

    private static HostAbility RunStatistics(HostFacts facts)
    {
        var fd = Native.EnableStats(0);
        using var handle = fd >= 0 ? new FileHandle(fd) : null;
        return new HostAbility("run statistics", fd >= 0 ? null
            : facts.Lacks("CAP_SYS_ADMIN") ? "takes CAP_SYS_ADMIN"
            : -fd == Errors.Invalid ? "needs Linux 5.8"
            : Errors.Describe(-fd));
    }
}
