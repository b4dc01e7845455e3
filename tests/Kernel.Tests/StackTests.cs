using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Kernel.Tests;

/// <summary>The workload reaches a place by known paths known times; the stacks say exactly that.</summary>
public sealed class StackTests
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.UprobeMulti)]
    [InlineData(AttachMechanism.UprobePerf)]
    public async Task A_user_function_is_counted_by_the_paths_that_lead_to_it(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf", way);
        await workload.RunAsync("one 1000", "two 234", "deep 3 7");
        stacking.Finish();
        Assert.Equal(
            [
                "main;run;descend;descend;descend;descend;leaf 7",
                "main;run;first;second;leaf 1000",
                "main;run;third;second;leaf 234",
            ],
            stacking.FoldedFromMain());
        Assert.All(stacking.Stacks, stack => Assert.Equal(StackQuality.Good, stack.Quality));
        Assert.All(stacking.Stacks, stack => Assert.Equal(new StackContext(workload.Pid, 0, -1, "chains"), stack.Context));
    }

    /// <summary>At its entry the frame pointer is still the caller's: the chain alone would leave out first_bare.</summary>
    [Fact(Timeout = Timeout)]
    public async Task The_caller_of_a_function_without_a_frame_is_there()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:bare_leaf");
        await workload.RunAsync("bare 77");
        stacking.Finish();
        Assert.Equal(["main;run;first_bare;bare_leaf 77"], stacking.FoldedFromMain());
    }

    /// <summary>The caller's address on top of the stack equals the one behind it in the chain, and both are meant.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_recursion_has_as_many_frames_as_calls()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:descend");
        await workload.RunAsync("deep 3 5");
        stacking.Finish();
        Assert.Equal(
            [
                "main;run;descend 5",
                "main;run;descend;descend 5",
                "main;run;descend;descend;descend 5",
                "main;run;descend;descend;descend;descend 5",
            ],
            stacking.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_USDT_probe_has_the_stack_of_its_function()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} u:{Workload.ChainsFile}:chain__hit");
        await workload.RunAsync("probe 55");
        stacking.Finish();
        Assert.Equal(["main;run;first;second;pass_probe 55"], stacking.FoldedFromMain());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.TracingTracepoint, "enter")]
    [InlineData(AttachMechanism.RawTracepoint, "enter")]
    [InlineData(AttachMechanism.PerfTracepoint, "enter")]
    [InlineData(AttachMechanism.TracingTracepoint, "exit")]
    [InlineData(AttachMechanism.RawTracepoint, "exit")]
    [InlineData(AttachMechanism.PerfTracepoint, "exit")]
    public async Task A_system_call_has_both_parts_whichever_way_it_is_attached(AttachMechanism way, string side)
    {
        if (way == AttachMechanism.PerfTracepoint)
        {
            // Before, bpf_get_stack is given the registers of user code there, and finds no kernel part.
            Abilities.RequireKernel(6, 12, "kernel stacks in programs of perf tracepoints of system calls");
        }

        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -p {workload.Pid} t:syscalls:sys_{side}_getpgid", way);
        await workload.RunAsync("call 600");
        stacking.Finish();
        var stack = Assert.Single(stacking.Stacks);
        Assert.Equal((600, StackQuality.Good), (stack.Count, stack.Quality));
        var user = stack.Path.TakeWhile(frame => !frame.IsKernel).ToList();
        Assert.Equal(
            "_start;__libc_start_main;__libc_start_call_main;main;run;first;second;call_getpgid",
            string.Join(';', user.Select(frame => frame.Name)));

        // What the kernel names its entry code differs; none of it is the tracer's.
        var kernel = stack.Path.Skip(user.Count).Select(frame => frame.Name).ToList();
        Assert.Contains("entry_SYSCALL_64_after_hwframe", kernel[0], StringComparison.Ordinal);
        Assert.DoesNotContain(kernel, name => name.Contains("bpf", StringComparison.Ordinal));
        Assert.All(stack.Path.Skip(user.Count), frame => Assert.Equal(FrameKind.Kernel, frame.Kind));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.RawTracepointCookie)]
    [InlineData(AttachMechanism.RawTracepoint)]
    [InlineData(AttachMechanism.PerfTracepoint)]
    public async Task The_innermost_frame_of_a_tracepoint_is_the_function_that_contains_it(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartChains();
        await workload.RunAsync("one 0"); // its exec, which renames the task once, is over
        using var stacking = Stacking.Start($"stackcount -K -p {workload.Pid} t:task:task_rename", way);
        await workload.RunAsync("rename 40");
        stacking.Finish();

        // The name is part of the owner, and it is changed after it was told.
        Assert.Equal(
            [new(workload.Pid, 0, -1, "chains"), new(workload.Pid, 0, -1, "even"), new(workload.Pid, 0, -1, "odd")],
            stacking.Contexts.OrderBy(context => context.Comm, StringComparer.Ordinal));
        var line = Assert.Single(stacking.Folded());
        Assert.EndsWith(";__set_task_comm 40", line, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task With_K_there_are_no_user_frames_and_with_U_no_kernel_frames()
    {
        using var workload = Workload.StartChains();
        using var kernel = Stacking.Start($"stackcount -K -p {workload.Pid} t:syscalls:sys_enter_getpgid");
        using var user = Stacking.Start($"stackcount -U -p {workload.Pid} t:syscalls:sys_enter_getpgid");
        await workload.RunAsync("call 9");
        kernel.Finish();
        user.Finish();
        Assert.All(Assert.Single(kernel.Stacks).Path, frame => Assert.True(frame.IsKernel));
        Assert.Equal(["main;run;first;second;call_getpgid 9"], user.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task Processes_are_told_apart_and_named_without_P_too()
    {
        using var one = Workload.StartChains();
        using var two = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U {Workload.ChainsFile}:leaf");
        await one.RunAsync("one 3");
        await two.RunAsync("one 4");
        stacking.Finish();
        Assert.Equal(["main;run;first;second;leaf 7"], stacking.FoldedFromMain());
        // A process gets its tables at its first stack; the next one may then be another, of more frames.
        Assert.Equal(
            new Dictionary<int, long> { [one.Pid] = 3, [two.Pid] = 4 },
            stacking.Stacks.GroupBy(stack => stack.Context.Pid)
                .ToDictionary(process => process.Key, process => process.Sum(stack => stack.Count)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Children_that_have_ended_have_names_all_the_same()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U {Workload.ChainsFile}:leaf");
        await workload.RunAsync("children 5 20000");
        stacking.Finish();
        Assert.Equal(["main;run;run_children;first;second;leaf 100000"], stacking.FoldedFromMain());
        Assert.Equal(5, stacking.Contexts.Select(context => context.Pid).Distinct().Count());
    }

    [Fact(Timeout = Timeout)]
    public async Task Threads_are_told_apart_by_thread()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount --by thread -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("threads 4 100", "one 5");
        stacking.Finish();
        Assert.Equal([5, 100, 100, 100, 100], stacking.Stacks.Select(stack => stack.Count).Order());
        Assert.Equal(5, stacking.Contexts.Select(context => context.Tid).Distinct().Count());
        Assert.Equal(5, stacking.Stacks.Single(stack => stack.Context.Tid == workload.Pid).Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task CPUs_are_told_apart_by_cpu_and_left_out_by_c()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "a second CPU");
        using var workload = Workload.StartChains();
        using var apart = Stacking.Start($"stackcount --by cpu -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        using var zero = Stacking.Start($"stackcount -c 0 -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("cpu 0", "one 10", "cpu 1", "one 300");
        apart.Finish();
        zero.Finish();
        Assert.Equal(
            new Dictionary<int, long> { [0] = 10, [1] = 300 },
            apart.Stacks.ToDictionary(stack => stack.Context.Cpu, stack => stack.Count));
        Assert.Equal(["main;run;first;second;leaf 10"], zero.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stack_deeper_than_the_kernel_reads_is_marked_as_truncated()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("deep 300 11");
        stacking.Finish();
        var stack = Assert.Single(stacking.Stacks);
        Assert.Equal((11, StackQuality.Truncated), (stack.Count, stack.Quality));
        Assert.InRange(stack.Path.Count, 127, 128);
    }

    [Fact(Timeout = Timeout)]
    public async Task Offsets_and_addresses_tell_frames_apart_only_when_asked_for()
    {
        using var workload = Workload.StartChains();
        using var both = Stacking.Start($"stackcount -sv -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("one 1", "two 1");
        both.Finish();
        Assert.All(both.Stacks.SelectMany(stack => stack.Path), frame => Assert.True(frame.Address > frame.Offset));
        Assert.Equal(0ul, both.Stacks.First().Path[^1].Offset); // the entry of leaf
        Assert.Equal(2, both.Stacks.Select(stack => stack.Path.Single(frame => frame.Name == "run")).Distinct().Count());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_regular_expression_counts_several_functions_and_their_stacks_end_in_each()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -r -U -p {workload.Pid} '{Workload.ChainsFile}:(leaf|second)$'");
        await workload.RunAsync("one 8");
        stacking.Finish();
        Assert.Equal(["main;run;first;second 8", "main;run;first;second;leaf 8"], stacking.FoldedFromMain());
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_tick_brings_what_is_new_and_how_much_grew()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -i 1 -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("one 100");
        var first = stacking.Tick().Stacks;
        Assert.Equal([new CountDelta(0, 100)], first?.Counts);
        await workload.RunAsync("one 23");
        var second = stacking.Tick().Stacks;
        Assert.Equal([new CountDelta(0, 23)], second?.Counts);
        Assert.Equal((0, 0, 0, 0), (second?.Frames.Count, second?.Nodes.Count, second?.Contexts.Count, second?.Series.Count));
        Assert.Empty(stacking.Tick().Stacks?.Counts ?? []);
        stacking.Finish();
    }

    [Fact(Timeout = Timeout)]
    public async Task After_Stop_nothing_is_counted_any_more_though_the_program_is_attached()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("one 12");
        stacking.Session.StopCounting();
        await workload.RunAsync("one 500");
        stacking.Finish();
        Assert.Equal((12, 12), (stacking.Generated, stacking.Shown));
        Assert.Equal(1, stacking.Session.LinkCount);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("stackcount -p {0} profile:997hz")]
    [InlineData("stackcount --by cpu -p {0} profile:hz:997")]
    public async Task A_profile_finds_where_the_time_goes(string command)
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(string.Format(null, command, workload.Pid));
        await workload.RunAsync("spin 500");
        stacking.Finish();
        var burning = stacking.Stacks.Where(stack => stack.Path.Any(frame => frame.Name == "burn")).ToList();
        Assert.All(burning, stack => Assert.Contains(
            ";main;run;spin;burn", string.Join(';', stack.Path.Select(frame => frame.Name)), StringComparison.Ordinal));

        // 500 ms at 997 Hz, less where the processor is emulated or busy with others.
        Assert.InRange(burning.Sum(stack => stack.Count), 20, 600);
        Assert.InRange(burning.Sum(stack => stack.Count), stacking.Generated * 0.9, stacking.Generated);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_profile_of_all_processes_leaves_the_idle_task_out()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start("stackcount profile:199hz");
        await workload.RunAsync("spin 300");
        stacking.Finish();
        Assert.Contains(stacking.Contexts, context => context.Pid == workload.Pid);
        Assert.DoesNotContain(stacking.Contexts, context => context.Pid == 0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Samples_of_a_profile_can_be_counted_without_stacks()
    {
        using var workload = Workload.StartChains();
        using var counting = Counting.Start($"funccount -p {workload.Pid} profile:997hz");
        await workload.RunAsync("spin 200");
        Assert.InRange(counting.Count("profile:997hz"), 20, 300);
    }
}
