using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions.Host;

namespace BpfDashboard.Tracing.Tests.Sessions;

public sealed class HostInspectorTests
{
    private static readonly HostFacts Good = new() { Release = "6.12.1" };

    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", "")]
    [InlineData("CapEff:\t0000000000000000", "CAP_BPF CAP_PERFMON CAP_DAC_READ_SEARCH CAP_SYSLOG CAP_SYS_ADMIN")]
    [InlineData("CapEff:\t000000c400000004", "CAP_SYS_ADMIN")]
    [InlineData("CapEff:\t000000c000000000", "CAP_DAC_READ_SEARCH CAP_SYSLOG CAP_SYS_ADMIN")]
    [InlineData("CapEff:\t0000000000200000", "CAP_DAC_READ_SEARCH CAP_SYSLOG")]
    public void Missing_capabilities_are_named(string line, string missing) => Assert.Equal(
        missing,
        string.Join(' ', Privileges.Missing(["Name:\tdotnet", line, "CapBnd:\t000001ffffffffff"]).Select(p => p.Name)));

    [Fact]
    public void Only_what_every_program_takes_is_a_lack_of_privilege()
    {
        var missing = Privileges.Missing([]);
        Assert.Equal(["CAP_BPF", "CAP_PERFMON"], missing.Where(privilege => privilege.IsVital).Select(p => p.Name));
        Assert.True(new HostReport("h", "6.1", "x86-64") { MissingPrivileges = missing }.LacksPrivilege);
        Assert.False(new HostReport("h", "6.1", "x86-64") { MissingPrivileges = [missing[^1]] }.LacksPrivilege);
    }

    [Theory]
    [InlineData("[none] integrity confidentiality\n", "none")]
    [InlineData("none [integrity] confidentiality\n", "integrity")]
    [InlineData("none integrity [confidentiality]", "confidentiality")]
    [InlineData("strange\n", "strange")]
    public void Lockdown_is_the_word_in_brackets(string text, string state) =>
        Assert.Equal(state, HostFacts.ParseLockdown(text));

    [Theory]
    [InlineData(AttachMechanism.KprobeMulti, Errors.OperationNotSupported, "", "needs Linux 5.18 with CONFIG_FPROBE")]
    [InlineData(AttachMechanism.KprobeMulti, Errors.Invalid, "", "needs Linux 5.18 with CONFIG_FPROBE")]
    [InlineData(AttachMechanism.UprobeMulti, Errors.Invalid, "", "needs Linux 6.6")]
    [InlineData(AttachMechanism.UprobeSession, Errors.NoEntry, "", "needs Linux 6.13")]
    [InlineData(AttachMechanism.UprobeSession, Errors.Access, "calling kernel function bpf_session_is_return is not allowed", "needs Linux 6.13")]
    [InlineData(AttachMechanism.KprobeSession, Errors.NoEntry, "", "needs Linux 6.10 with CONFIG_FPROBE")]
    [InlineData(AttachMechanism.KprobeSession, Errors.OperationNotSupported, "", "needs Linux 6.10 with CONFIG_FPROBE")]
    [InlineData(AttachMechanism.RawTracepointCookie, Errors.Invalid, "unknown func bpf_get_attach_cookie#174", "needs Linux 6.10")]
    [InlineData(AttachMechanism.RawTracepointCookie, Errors.Invalid, "R1 invalid mem access", "in words")]
    [InlineData(AttachMechanism.Fentry, Errors.NoPermission, "", "this kernel refuses fentry programs, even to root, and does not say why")]
    [InlineData(AttachMechanism.Fentry, Errors.NotSupported, "", "needs Linux 5.5 with CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS")]
    [InlineData(AttachMechanism.UprobePerf, Errors.Invalid, "", "needs Linux 5.15 (links of perf events, with cookies)")]
    [InlineData(AttachMechanism.CpuClock, Errors.Invalid, "", "needs Linux 5.15 (links of perf events, with cookies)")]
    [InlineData(AttachMechanism.RawTracepoint, 5, "", "in words")]
    public void A_refusal_is_explained_by_the_way_and_the_errno(AttachMechanism way, int errno, string log, string reason) =>
        Assert.Equal(reason, Explanations.WhyNot(new Trial(way, new Failure(errno, log, "in words")), Good));

    [Fact]
    public void What_works_needs_no_explanation() =>
        Assert.Null(Explanations.WhyNot(new Trial(AttachMechanism.KprobeMulti, null), Good));

    [Fact]
    public void The_facts_of_the_host_explain_better_than_the_errno()
    {
        Assert.Equal("this kernel is built without kprobes (CONFIG_KPROBES)",
            WhyNot(AttachMechanism.KprobePerf, Errors.OperationNotSupported, Good with { HasKprobes = false }));
        Assert.Equal("this kernel is built without uprobes (CONFIG_UPROBES)",
            WhyNot(AttachMechanism.UprobePerf, Errors.OperationNotSupported, Good with { HasUprobes = false }));
        Assert.Equal("this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)",
            WhyNot(AttachMechanism.Fentry, Errors.NoEntry, Good with { HasBtf = false }));
        Assert.Equal("this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)",
            WhyNot(AttachMechanism.UprobeSession, Errors.NoEntry, Good with { HasBtf = false }));
        Assert.Equal("kernel lockdown (confidentiality) forbids it",
            WhyNot(AttachMechanism.KprobePerf, Errors.NoPermission, Good with { Lockdown = "confidentiality" }));
        Assert.Equal("tracefs is not mounted",
            WhyNot(AttachMechanism.PerfTracepoint, Errors.NoEntry, Good with { TracepointsProblem = "tracefs is not mounted" }));
        Assert.Equal("function tracing is switched off (kernel.ftrace_enabled = 0)",
            WhyNot(AttachMechanism.KprobeMulti, Errors.Busy, WithFtrace("0")));
        Assert.Equal("this process lacks CAP_BPF and CAP_PERFMON",
            WhyNot(AttachMechanism.Fentry, Errors.NoPermission, Good with { MissingPrivileges = Privileges.Missing([]) }));
    }

    [Fact]
    public void A_kind_works_by_any_of_its_ways_but_not_without_names()
    {
        MechanismReport[] ways = [Way("broken"), Way(null)];
        Assert.Null(Explanations.WhyNot(TargetKind.Tracepoint, ways, null, Good));
        Assert.Equal("no names", Explanations.WhyNot(TargetKind.Tracepoint, ways, "no names", Good));
        Assert.Equal("broken; hidden",
            Explanations.WhyNot(TargetKind.UserFunction, [Way("broken"), Way("hidden"), Way("broken")], null, Good));
        Assert.Equal("this process lacks CAP_BPF and CAP_PERFMON",
            Explanations.WhyNot(TargetKind.Tracepoint, ways, "no names", Good with { MissingPrivileges = Privileges.Missing([]) }));
    }

    [Fact]
    public void Every_remedy_is_for_something_missing()
    {
        Assert.Empty(Remedies.For(Good, kernelFunctionsWork: true));
        Assert.Equal(
            [
                "sudo ./run",
                "AmbientCapabilities=CAP_BPF CAP_PERFMON CAP_DAC_READ_SEARCH CAP_SYSLOG CAP_SYS_ADMIN",
                "sudo mount -t tracefs tracefs /sys/kernel/tracing",
                "sudo sysctl kernel.ftrace_enabled=1",
            ],
            Remedies.For(WithFtrace("0") with { MissingPrivileges = Privileges.Missing([]), HasTracefs = false }, true)
                .Select(remedy => remedy.Command));
        Assert.Equal("sudo sysctl kernel.kptr_restrict=1",
            Assert.Single(Remedies.For(Good with { ShowsAddresses = false }, true)).Command);
        Assert.Contains("CONFIG_KPROBES=y",
            Assert.Single(Remedies.For(Good with { HasKprobes = false }, kernelFunctionsWork: false)).How, StringComparison.Ordinal);
        Assert.Empty(Remedies.For(Good with { HasKprobes = false }, kernelFunctionsWork: true));
    }

    [Fact]
    public void A_report_prints_itself()
    {
        var report = new HostReport("web-1", "6.1.0", "x86-64")
        {
            Kinds = [new(TargetKind.KernelFunction, "no kprobes"), new(TargetKind.Usdt, null, "uprobe.multi")],
            Mechanisms = [Way(null), Way("needs Linux 6.6") with { Mechanism = AttachMechanism.UprobeMulti, KernelSays = "EINVAL" }],
            Settings = [new("lockdown", "none", "nothing is forbidden")],
            Remedies = [new("CAP_BPF", "start as root", "sudo ./run"), new("CAP_BPF", "or wait")],
        };
        Assert.False(report.IsComplete);
        Assert.Equal(
            """
            web-1: Linux 6.1.0, x86-64

            What can be probed
              no   kernel functions  no kprobes
              yes  USDT probes       by uprobe.multi

            Ways to attach to tracepoints, best first
              yes  raw tracepoint
              no   uprobe.multi    needs Linux 6.6 [EINVAL]

            Settings of the kernel
              lockdown  none  nothing is forbidden

            How to get what is missing
              CAP_BPF  start as root: sudo ./run
                       or wait

            """,
            report.ToString());
    }

    private static MechanismReport Way(string? problem) =>
        new(AttachMechanism.RawTracepoint, "tracepoints", problem, problem);

    private static string? WhyNot(AttachMechanism way, int errno, HostFacts facts) =>
        Explanations.WhyNot(new Trial(way, new Failure(errno, "", "in words")), facts);

    private static HostFacts WithFtrace(string value) =>
        Good with { Sysctls = new Dictionary<string, string> { ["kernel.ftrace_enabled"] = value } };
}
