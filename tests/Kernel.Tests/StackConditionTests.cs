using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Of known chains with known arguments, exactly those under a condition are counted.</summary>
public sealed class StackConditionTests
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.UprobeMulti)]
    [InlineData(AttachMechanism.UprobePerf)]
    public async Task An_argument_of_a_user_function_decides(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} '{Workload.ChainsFile}:leaf(long value) (value % 10 == 3)'", way);
        await workload.RunAsync("one 1000", "two 234", "deep 3 7");
        stacking.Finish();
        Assert.Equal(
            [
                "main;run;descend;descend;descend;descend;leaf 1",
                "main;run;first;second;leaf 100",
                "main;run;third;second;leaf 24",
            ],
            stacking.FoldedFromMain());
        Assert.Equal((125, 0), (stacking.Generated, stacking.Losses.Count));
        Assert.All(stacking.Stacks, stack => Assert.Equal(StackQuality.Good, stack.Quality));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wildcard_has_one_condition_for_all_that_it_matches()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} '{Workload.ChainsFile}:*leaf (arg1 < 2)'");
        await workload.RunAsync("one 10", "bare 10");
        stacking.Finish();
        Assert.Equal(["main;run;first;second;leaf 2", "main;run;first_bare;bare_leaf 2"], stacking.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_signature_alone_is_no_condition()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} '{Workload.ChainsFile}:leaf(long value)'");
        await workload.RunAsync("one 10");
        stacking.Finish();
        Assert.Equal(["main;run;first;second;leaf 10"], stacking.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_place_within_a_function_and_a_USDT_probe_have_conditions_too()
    {
        using var workload = Workload.StartChains();
        using var probe = Stacking.Start($"stackcount -U -p {workload.Pid} 'u:{Workload.ChainsFile}:chain__hit (arg1 >= 50)'");
        using var inside = Stacking.Start($"stackcount -U -p {workload.Pid} '{Workload.ChainsFile}:pass_probe+0x1 (ctx->di == 4)'");
        await workload.RunAsync("probe 55");
        probe.Finish();
        inside.Finish();
        Assert.Equal(["main;run;first;second;pass_probe 5"], probe.FoldedFromMain());
        Assert.Equal((1, 1), (inside.Generated, inside.Shown));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("t:syscalls:sys_enter_getpgid (args->pid == 0)", 40)]
    [InlineData("t:syscalls:sys_enter_getpgid (args->pid != 0)", 0)]
    [InlineData("t:syscalls:sys_exit_getpgid (args->ret >= 0 && $tgid != 1)", 40)]
    public async Task A_field_of_a_system_call_decides(string probe, int expected)
    {
        Abilities.Require(AttachMechanism.PerfTracepoint);
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} '{probe}'");
        await workload.RunAsync("call 40");
        stacking.Finish();
        Assert.Equal(expected, stacking.Generated);
        Assert.Equal(expected > 0 ? [$"main;run;first;second;call_getpgid {expected}"] : [], stacking.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_text_of_a_tracepoint_decides_and_the_kernel_s_part_is_there()
    {
        Abilities.Require(AttachMechanism.PerfTracepoint);
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -p {workload.Pid} 't:task:task_rename (args->newcomm == \"odd\")'");
        await workload.RunAsync("rename 40");
        stacking.Finish();
        var line = Assert.Single(stacking.FoldedFromMain());
        Assert.StartsWith("main;run;first;second;rename_self;", line, StringComparison.Ordinal);
        Assert.EndsWith(";__set_task_comm 20", line, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.KprobeMulti)]
    [InlineData(AttachMechanism.KprobePerf)]
    public async Task An_argument_of_a_kernel_function_decides(AttachMechanism way)
    {
        Abilities.Require("kernel functions");
        Abilities.Require(way);
        using var workload = Workload.StartChains();
        using var same = Stacking.Start($"stackcount -p {workload.Pid} '__x64_sys_getpgid (pid == 0)'", way);
        using var other = Stacking.Start($"stackcount -p {workload.Pid} '__x64_sys_getpgid (pid == 1)'", way);
        await workload.RunAsync("call 50");
        same.Finish();
        other.Finish();
        var line = Assert.Single(same.FoldedFromMain());
        Assert.StartsWith("main;run;first;second;call_getpgid;entry_SYSCALL_64", line, StringComparison.Ordinal);
        Assert.EndsWith(";__x64_sys_getpgid 50", line, StringComparison.Ordinal);
        Assert.Equal(0, other.Generated);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_return_of_a_kernel_function_is_counted_by_its_result_and_its_entry()
    {
        Abilities.Require("kernel functions");
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} 'r::__x64_sys_getpgid (retval >= 0 && $entry(pid) == 0 && $latency > 0)'");
        await workload.RunAsync("call 50");
        stacking.Finish();
        Assert.Equal(["main;run;first;second;call_getpgid 50"], stacking.FoldedFromMain());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", "_start;main;run;by_qsort;compare;marker 10")]
    [InlineData("--no-unwind ", null)]
    public async Task With_tables_and_without_the_same_hits_are_counted(string option, string? whole)
    {
        using var workload = Workload.StartUnwound();
        using var stacking = Stacking.Start($"stackcount -U {option}-p {workload.Pid} '{Workload.UnwoundFile}:marker(int value) (value == 1)'");
        await workload.RunAsync("q 10", "w 10", "d 10");
        stacking.Finish();
        Assert.Equal((10, 10), (stacking.Generated, stacking.Shown));
        if (whole is not null)
        {
            Assert.Empty(stacking.Session.Report.Notes);
            Assert.Equal([whole], UnwindTests.Own(stacking));
        }
    }

    /// <summary>Whether the kernel takes it together with unwinding or not, what is counted is the same.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(100)]
    [InlineData(230)]
    [InlineData(400)]
    public async Task A_condition_that_takes_much_of_the_stack_is_counted_all_the_same(int length)
    {
        using var workload = Workload.StartUnwound();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} '{Workload.UnwoundFile}:marker(int value) (value == 1 && $comm != \"{new string('x', length)}\")'");
        await workload.RunAsync("q 10", "d 5");
        stacking.Finish();
        Assert.Equal((10, 10), (stacking.Generated, stacking.Shown));
        Assert.All(stacking.Session.Report.Notes, note => Assert.StartsWith("User stacks are followed by frame pointers only", note, StringComparison.Ordinal));
    }

    /// <summary>On a stack of the CPU, as kernels since 6.13 have for programs, values of preempted threads would mix.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("arg2 - (arg1 + (arg1 + (arg1 + (arg1 - arg1)))) == 0 && !($comm contains \"other\")", 160_000)]
    [InlineData("arg2 - (arg1 + (arg1 + (arg1 + (arg1 - arg1)))) != 0", 0)]
    [InlineData("(arg2 - (arg1 + (arg1 + (arg1 - arg1)))) % 4 == 1", 40_000)]
    public async Task Values_of_threads_at_one_probe_do_not_mix(string condition, int expected)
    {
        using var workload = Workload.StartValues();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} '{Workload.ValuesFile}:paired ({condition})'");
        await workload.RunAsync("paired 8 20000");
        stacking.Finish();
        Assert.Equal((expected, expected), (stacking.Generated, stacking.Shown));
        Assert.All(stacking.Stacks, stack => Assert.Equal(["call_paired", "paired"], stack.Path.TakeLast(2).Select(frame => frame.Name)));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_return_is_counted_where_it_leads_to()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} 'r:{Workload.ChainsFile}:leaf(long value) ($entry(value) % 10 == 3 && $latency < 1000000000)'");
        await workload.RunAsync("one 1000", "two 234");
        stacking.Finish();
        Assert.Equal(["main;run;first;second 100", "main;run;third;second 24"], stacking.FoldedFromMain());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.UprobeSession)]
    [InlineData(AttachMechanism.UprobePerf)]
    public async Task A_call_is_of_the_CPU_on_which_it_returns(AttachMechanism way)
    {
        Abilities.Require(way);
        Assert.SkipWhen(Environment.ProcessorCount < 2, "this host has no second CPU");
        using var workload = Workload.StartCalls();
        using var before = Start(cpu: 0);
        using var after = Start(cpu: 1);
        await workload.RunAsync("cross 1");
        Assert.Equal((0, 0), (before.Finish().OpenCalls, before.Generated));
        Assert.Equal((0, 1), (after.Finish().OpenCalls, after.Shown));

        Stacking Start(int cpu) => Stacking.Start(
            $"stackcount -U -c {cpu} -p {workload.Pid} 'r:{Workload.CallsFile}:cross ($latency > 0)'", way);
    }

    /// <summary>The child returns from a function that it has not entered. The map knows nothing of it; a session probe would.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("$latency > 0", 0, 1)]
    [InlineData("retval != 0 && $latency > 0", 0, 0)]
    [InlineData("retval == 0 || $latency > 0", 1, 0)]
    public async Task A_return_whose_condition_cannot_be_decided_is_a_loss(string condition, int shown, int lost)
    {
        using var workload = Workload.StartCalls();
        using var stacking = Stacking.Start(
            $"stackcount -U 'r:{Workload.CallsFile}:split ($pid != {workload.Pid} && ({condition}))'", AttachMechanism.UprobePerf);
        await workload.RunAsync("split 1");
        stacking.Finish();
        Assert.Equal((shown + lost, shown), (stacking.Generated, stacking.Shown));
        Assert.Equal(lost, stacking.Losses.GetValueOrDefault(LossCause.NoEntry));
    }
}
