namespace BpfDashboard.Tracing.Sessions.Host;

/// <summary>The settings of a kernel that decide who may trace, and what each value means for this process.</summary>
internal static class KernelSettings
{
    internal const string KptrRestrict = "kernel.kptr_restrict";
    internal const string Ftrace = "kernel.ftrace_enabled";
    private const string Paranoid = "kernel.perf_event_paranoid";
    private const string UnprivilegedBpf = "kernel.unprivileged_bpf_disabled";

    internal static IReadOnlyList<string> Names => [KptrRestrict, Paranoid, UnprivilegedBpf, Ftrace];

    internal static IReadOnlyList<HostSetting> Describe(HostFacts facts) =>
    [
        new("lockdown", facts.Lockdown, facts.Lockdown switch
        {
            "none" or "not built in" => "nothing is forbidden",
            "integrity" => "tracing is allowed",
            "confidentiality" => "tracing is forbidden, even to root",
            _ => "",
        }),
        .. Names.Where(name => facts.Sysctl(name) is not null)
            .Select(name => new HostSetting(name, facts.Sysctl(name) ?? "", Meaning(name, facts))),
    ];

    private static string Meaning(string name, HostFacts facts) => (name, facts.Sysctl(name)) switch
    {
        (KptrRestrict, _) => facts.ShowsAddresses
            ? "this process sees the addresses of kernel functions"
            : "the addresses of kernel functions are hidden from this process: of functions with the same name none is counted",
        (Paranoid, _) when facts.Lacks("CAP_PERFMON") => "without CAP_PERFMON it limits perf events",
        (Paranoid, _) => "no limit for this process, which has CAP_PERFMON",
        (UnprivilegedBpf, "0") => "does not matter: tracing takes CAP_BPF in any case",
        (UnprivilegedBpf, _) when facts.Lacks("CAP_BPF") => "without CAP_BPF no program can be loaded",
        (UnprivilegedBpf, _) => "no limit for this process, which has CAP_BPF",
        (Ftrace, "0") => "kprobe.multi and fentry are switched off",
        _ => "kprobe.multi and fentry are not switched off",
    };
}
