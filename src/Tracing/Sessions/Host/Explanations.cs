using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>Turns what the kernel answered into why something does not work, in a sentence for people.</summary>
internal static class Explanations
{
    private const string NoKprobes = "this kernel is built without kprobes (CONFIG_KPROBES)";
    private const string NoBtf = "this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)";
    private const string FtraceOff = "function tracing is switched off (kernel.ftrace_enabled = 0)";

    /// <summary>Why a way to attach does not work; null if it does.</summary>
    internal static string? WhyNot(Trial trial, HostFacts facts) =>
        trial.Failure is { } failure ? Forbidden(failure, facts) ?? Missing(trial.Way, failure, facts) : null;

    /// <summary>Why a kind of targets cannot be probed, given what was found of each way to attach to it.</summary>
    internal static string? WhyNot(
        TargetKind kind, IReadOnlyList<MechanismReport> ways, string? unknownNames, HostFacts facts)
    {
        if (facts.LacksPrivilege)
        {
            return LacksPrivilege(facts);
        }

        if (unknownNames is not null || ways.Any(way => way.Problem is null))
        {
            return unknownNames;
        }

        // The kernel has none of them: what is said of the oldest way is the reason, and fentry is another matter.
        var reasons = ways.Select(way => way.Problem).Distinct().ToList();
        return kind == TargetKind.KernelFunction && !facts.HasKprobes && reasons.Count > 1
            ? $"{NoKprobes} and refuses fentry, which could stand in for them"
            : string.Join("; ", reasons);
    }

    private static string? Forbidden(Failure failure, HostFacts facts) => failure.Errno switch
    {
        not (Errors.NoPermission or Errors.Access) => null,
        _ when facts.LacksPrivilege => LacksPrivilege(facts),
        _ when facts.Lockdown == "confidentiality" => "kernel lockdown (confidentiality) forbids it",
        _ => null,
    };

    private static string LacksPrivilege(HostFacts facts) => "this process lacks "
        + string.Join(" and ", facts.MissingPrivileges.Where(missing => missing.IsVital).Select(missing => missing.Name));

    private static string Missing(AttachMechanism way, Failure failure, HostFacts facts) => way switch
    {
        AttachMechanism.KprobeMulti when facts.Sysctl(KernelSettings.Ftrace) == "0" => FtraceOff,
        AttachMechanism.KprobeMulti when SaysUnknown(failure) => "needs Linux 5.18 with CONFIG_FPROBE",
        AttachMechanism.KprobeSession or AttachMechanism.UprobeSession when !facts.HasBtf => NoBtf,
        AttachMechanism.KprobeSession when facts.Sysctl(KernelSettings.Ftrace) == "0" => FtraceOff,
        AttachMechanism.KprobeSession when SaysUnknown(failure) || RefusesSession(failure) => "needs Linux 6.10 with CONFIG_FPROBE",
        AttachMechanism.KprobePerf when !facts.HasKprobes => NoKprobes,
        AttachMechanism.Fentry or AttachMechanism.TracingTracepoint when !facts.HasBtf => NoBtf,
        AttachMechanism.Fentry when facts.Sysctl(KernelSettings.Ftrace) == "0" => FtraceOff,
        AttachMechanism.Fentry when failure is { Errno: Errors.NoPermission, VerifierLog: "" } =>
            "this kernel refuses fentry programs, even to root, and does not say why",
        AttachMechanism.Fentry when failure.Errno is Errors.NotSupported or Errors.OperationNotSupported =>
            "needs Linux 5.5 with CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
        AttachMechanism.UprobeMulti when SaysUnknown(failure) => "needs Linux 6.6",
        AttachMechanism.UprobeSession when SaysUnknown(failure) || RefusesSession(failure) => "needs Linux 6.13",
        AttachMechanism.UprobePerf when !facts.HasUprobes => "this kernel is built without uprobes (CONFIG_UPROBES)",
        AttachMechanism.RawTracepointCookie when RefusesCookie(failure) => "needs Linux 6.10",
        AttachMechanism.PerfTracepoint when facts.TracepointsProblem is { } problem => problem,
        AttachMechanism.KprobePerf or AttachMechanism.UprobePerf or AttachMechanism.PerfTracepoint
            or AttachMechanism.CpuClock when failure.Errno == Errors.Invalid => "needs Linux 5.15 (links of perf events, with cookies)",
        _ => failure.Words,
    };

    /// <summary>EINVAL: no such attach type. EOPNOTSUPP: known, but configured out.</summary>
    private static bool SaysUnknown(Failure failure) =>
        failure.Errno is Errors.Invalid or Errors.OperationNotSupported;

    /// <summary>ENOENT: no such function. A log: it is for session probes of kernel functions only (6.10 to 6.12).</summary>
    private static bool RefusesSession(Failure failure) =>
        failure.Errno == Errors.NoEntry || failure.VerifierLog.Contains("bpf_session_", StringComparison.Ordinal);

    // unknown func bpf_get_attach_cookie#174; newer: program of this type cannot use helper bpf_get_attach_cookie#174
    private static bool RefusesCookie(Failure failure) =>
        failure.VerifierLog.Contains("bpf_get_attach_cookie", StringComparison.Ordinal);
}
