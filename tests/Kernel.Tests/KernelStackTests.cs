using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Stacks at kernel functions, by each way the kernel has.</summary>
public sealed class KernelStackTests
{
    private const int Timeout = 120_000;

    public KernelStackTests() => Abilities.Require("kernel functions");

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    [InlineData(AttachMechanism.Fentry)]
    public async Task The_innermost_frame_is_the_function_and_the_outermost_is_where_the_program_began(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -p {workload.Pid} __x64_sys_getpgid", way);
        await workload.RunAsync("call 500");
        stacking.Finish();
        var line = Assert.Single(stacking.FoldedFromMain());
        Assert.StartsWith("main;run;first;second;call_getpgid;entry_SYSCALL_64", line, StringComparison.Ordinal);
        Assert.EndsWith(";__x64_sys_getpgid 500", line, StringComparison.Ordinal);
        Assert.Contains(";do_syscall_64;", line, StringComparison.Ordinal);
        Assert.Equal(StackQuality.Good, Assert.Single(stacking.Stacks).Quality);
    }

    /// <summary>Called from interrupts too, on all CPUs, by everyone.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("stackcount ktime_get")]
    [InlineData("stackcount -P ktime_get")]
    [InlineData("stackcount -K --by thread,cpu ktime_get")]
    public async Task A_function_that_everyone_calls_is_accounted_for_to_the_last_call(string command)
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(command);
        await workload.RunAsync("spin 300", "children 5 10");
        stacking.Finish();
        Assert.InRange(stacking.Generated, 100, long.MaxValue);
        Assert.Empty(stacking.Losses);
        Assert.All(stacking.Stacks, stack => Assert.Equal("ktime_get", stack.Path[^1].Name));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wildcard_ends_in_each_function_that_was_hit()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -K -p {workload.Pid} '__x64_sys_getpg*'");
        await workload.RunAsync("call 20");
        stacking.Finish();
        Assert.EndsWith(";__x64_sys_getpgid 20", Assert.Single(stacking.Folded()), StringComparison.Ordinal);
    }
}
