using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Kernel functions under a workload whose calls are known.</summary>
public sealed class KernelCountTests
{
    private const int Timeout = 120_000;

    public KernelCountTests() => Abilities.Require("kernel functions");

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    [InlineData(AttachMechanism.Fentry)]
    public async Task A_thousand_reads_of_a_file_are_a_thousand_calls_of_vfs_read(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} vfs_read", way);
        await workload.RunAsync("read 1000");

        // And the workload waits for its next command, or not yet.
        Assert.InRange(counting.Count("vfs_read"), 1000, 1001);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_function_that_only_the_workload_calls_is_counted_exactly_without_p()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start("__x64_sys_getpgid");
        await workload.RunAsync("getpgid 1000");
        Assert.Equal(1000, counting.Count("__x64_sys_getpgid"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_regular_expression_counts_what_it_matches()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-r -p {workload.Pid} '^__x64_sys_(getpgid|prctl)$'");
        await workload.RunAsync("getpgid 12", "rename 34", "write 5");
        Assert.Equal(
            new Dictionary<string, long> { ["__x64_sys_getpgid"] = 12, ["__x64_sys_prctl"] = 34 }, counting.Totals());
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_the_wanted_CPU_is_counted_with_c()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "a second CPU");
        using var workload = Workload.Start();
        using var first = Counting.Start($"-c 0 -p {workload.Pid} __x64_sys_getpgid");
        using var second = Counting.Start($"-c 1 -p {workload.Pid} __x64_sys_getpgid");
        await workload.RunAsync("cpu 0", "getpgid 10", "cpu 1", "getpgid 2000");
        Assert.Equal(10, first.Count("__x64_sys_getpgid"));
        Assert.Equal(2000, second.Count("__x64_sys_getpgid"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_tick_holds_what_happened_since_the_one_before()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-i 1 -p {workload.Pid} __x64_sys_getpgid");
        await workload.RunAsync("getpgid 100");
        Assert.Equal(100, counting.Tick()["__x64_sys_getpgid"]);
        Assert.Empty(counting.Tick());
        await workload.RunAsync("getpgid 23");
        Assert.Equal(23, counting.Tick()["__x64_sys_getpgid"]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("sys_read")]
    [InlineData("SyS_read")]
    [InlineData("__x64_sys_read")]
    public async Task Each_name_a_system_call_ever_had_finds_its_entry(string name)
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} {name}");
        await workload.RunAsync("read 1000");
        Assert.InRange(counting.Count("__x64_sys_read"), 1000, 1001);
    }

    /// <summary>The program asks which process it is in by calling a function of the kernel: a probe in a probe.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    public async Task Hits_inside_a_probe_are_reported_as_missed(AttachMechanism way)
    {
        Abilities.Require(way);
        Abilities.RequireKernel(6, 7, "count of what a link missed");
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-r -p {workload.Pid} '__x64_sys_getpgid|bpf_get_current_pid_tgid'", way);
        await workload.RunAsync("getpgid 1000");
        Assert.Equal(1000, counting.Totals()["__x64_sys_getpgid"]);
        Assert.InRange(counting.Misses, 1000, long.MaxValue);
    }
}
