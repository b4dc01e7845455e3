using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Kernel functions, by each way the kernel has: kprobe.multi, kprobe perf links, fentry.</summary>
public sealed class KernelFunctionTests
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    [InlineData(AttachMechanism.Fentry)]
    public async Task A_function_is_counted_exactly(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} __x64_sys_getpgid", way);
        await workload.RunAsync("getpgid 1000");
        Assert.Equal(1000, counting.Count("__x64_sys_getpgid"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wildcard_counts_each_function_by_itself()
    {
        Abilities.Require("kernel functions");
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} 'vfs_*'");
        await workload.RunAsync("write 1000");
        var totals = counting.Totals();

        // The 1000, and the answer on standard output.
        Assert.Equal(1001, totals["vfs_write"]);
        Assert.InRange(counting.Session.Report.Mechanisms.Count, 20, 500);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_system_call_by_its_old_name_finds_the_wrapper()
    {
        Abilities.Require("kernel functions");
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} sys_getpgid");
        await workload.RunAsync("getpgid 77");
        Assert.Equal(77, counting.Totals().Values.Sum());
    }

    [Fact(Timeout = Timeout)]
    public void Hundreds_of_functions_attach_and_those_that_cannot_are_named()
    {
        Abilities.Require("kernel functions");
        using var counting = Counting.Start($"-p {Environment.ProcessId} 'tcp_*'");
        Assert.InRange(counting.Session.Report.Mechanisms.Count, 200, 2000);
        Assert.All(counting.Session.Report.Skipped, skipped => Assert.NotEmpty(skipped.Reason));
    }

    [Fact]
    public void A_kernel_without_any_way_is_said_in_a_sentence_with_what_still_works()
    {
        Assert.SkipWhen(Abilities.Of("kernel functions").Problem is null, "a kernel without kprobes");
        var diagnostic = Assert.Single(new TracingEngine(new LiveKernelCatalog()).Compile("vfs_read").Diagnostics);
        Assert.StartsWith("this host cannot probe kernel functions: ", diagnostic.Message, StringComparison.Ordinal);
        Assert.StartsWith("what works here: ", diagnostic.Hint, StringComparison.Ordinal);
        Assert.Contains("tracepoints", diagnostic.Hint, StringComparison.Ordinal);
    }
}
