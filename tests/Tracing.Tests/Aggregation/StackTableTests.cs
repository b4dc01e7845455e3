using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Tests.Aggregation;

/// <summary>Drawn stacks ⇒ what the ticks say.</summary>
public sealed class StackTableTests
{
    [Fact]
    public void Equal_stacks_are_one_series_and_its_counts_add_up()
    {
        var drawn = new DrawnStacks();
        drawn.Add("_start;main;work", 3);
        drawn.Add("_start;main;work", 4);
        Assert.Equal(["app/7:_start;main;work 7"], drawn.Folded());
    }

    [Fact]
    public void The_kernels_part_hangs_on_the_innermost_user_frame()
    {
        var drawn = new DrawnStacks();
        drawn.Add("_start;main;read|entry;vfs_read", 1);
        drawn.Add("_start;main;read", 1);
        drawn.Add("|entry;vfs_read", 1);
        Assert.Equal(
            ["app/7:_start;main;read 1", "app/7:_start;main;read;entry;vfs_read 1", "app/7:entry;vfs_read 1"], drawn.Folded());
        Assert.Equal(7, drawn.NodeCount); // entry;vfs_read twice, in two places
    }

    [Fact]
    public void A_stack_without_frames_is_counted_at_the_root()
    {
        var drawn = new DrawnStacks();
        drawn.Add("kworker/9:", 5);
        Assert.Equal(["kworker/9: 5"], drawn.Folded());
        Assert.Equal(0, drawn.NodeCount);
    }

    [Fact]
    public void A_tick_brings_only_what_is_new_and_what_grew()
    {
        var drawn = new DrawnStacks();
        drawn.Add("_start;main;a", 1);
        drawn.Add("_start;main;b", 1);
        Assert.Equal((4, 4, 1, 2), Sizes(drawn.Take()));
        drawn.Add("_start;main;b;c", 2);
        drawn.Add("_start;main;b", 6);
        var changes = drawn.Take();
        Assert.Equal((1, 1, 0, 1), Sizes(changes));
        Assert.Equal([new CountDelta(1, 6), new CountDelta(2, 2)], changes.Counts);
        Assert.Equal((0, 0, 0, 0), Sizes(drawn.Take()));
    }

    [Fact]
    public void Owners_are_told_apart_and_share_nodes()
    {
        var drawn = new DrawnStacks();
        drawn.Add("a/1:_start;main", 1);
        drawn.Add("b/1:_start;main", 2);
        drawn.Add("a/2:_start;main", 3);
        Assert.Equal(["a/1:_start;main 1", "a/2:_start;main 3", "b/1:_start;main 2"], drawn.Folded());
        Assert.Equal((2, 3), (drawn.NodeCount, drawn.Contexts.Count));
    }

    [Fact]
    public void Threads_and_CPUs_are_in_the_context_only_when_told_apart()
    {
        var apart = new DrawnStacks(new StackOptions { ByThread = true, ByCpu = true });
        var together = new DrawnStacks();
        apart.Table.Announce(apart.Raw("_start", tid: 8), 0);
        together.Table.Announce(together.Raw("_start"), 0);
        Assert.Equal(new StackContext(7, 8, 0, "app"), Assert.Single(apart.Take().Contexts));
        Assert.Equal(new StackContext(7, 0, -1, "app"), Assert.Single(together.Take().Contexts));
    }

    [Fact]
    public void A_count_waits_for_its_announcement()
    {
        var drawn = new DrawnStacks();
        var stack = drawn.Raw("_start;main");
        drawn.Table.Add(stack.Key, 2);
        drawn.Table.Add(stack.Key, 3);
        Assert.Empty(drawn.Folded());
        Assert.Equal(5, drawn.Table.Waiting);
        drawn.Table.Announce(stack, 0);
        Assert.Equal(["app/7:_start;main 5"], drawn.Folded());
        Assert.Equal(0, drawn.Table.Waiting);
    }

    [Fact]
    public void A_stack_that_was_forgotten_goes_on_in_its_series_when_it_is_announced_again()
    {
        var drawn = new DrawnStacks();
        var (old, current) = (drawn.Raw("_start;old"), drawn.Raw("_start;current"));
        drawn.Table.Announce(old, 0);
        drawn.Table.Announce(current, 0);
        drawn.Table.Add(old.Key, 1);
        drawn.Table.Announce(current, 1);
        drawn.Table.Forget(before: 1);
        Assert.Equal(1, drawn.Table.KnownCount);
        drawn.Table.Add(current.Key, 2);
        drawn.Table.Add(old.Key, 4);
        Assert.Equal(4, drawn.Table.Waiting);
        drawn.Table.Announce(old, 1);
        Assert.Equal(["app/7:_start;current 2", "app/7:_start;old 5"], drawn.Folded());
    }

    [Theory]
    [InlineData("_start;main;f", "Good")]
    [InlineData("__libc_start_main@@GLIBC_2.34;main", "Good")]
    [InlineData("clone3;start_thread;f", "Good")]
    [InlineData("main;f", "Broken")]
    [InlineData("x?;_start;f", "Unresolved, Broken")]
    [InlineData("_start;x?;f", "Unresolved")]
    [InlineData("_start|x?;vfs_read", "Unresolved")]
    [InlineData("_start;b;c;d;e;f;g", "Good")]
    [InlineData("a;b;c;d;e;f;g;h", "Truncated")]
    [InlineData("_start|a;b;c;d;e;f;g;h", "Truncated")]
    [InlineData("|entry;vfs_read", "Good")]
    public void What_is_wrong_with_a_stack_is_said(string drawing, string quality)
    {
        var drawn = new DrawnStacks();
        drawn.Table.Announce(drawn.Raw(drawing), 0);
        Assert.Equal(quality, $"{Assert.Single(drawn.Take().Series).Quality}");
    }

    [Fact]
    public void A_part_that_the_kernel_could_not_read_is_said_and_does_not_hide_the_other()
    {
        var drawn = new DrawnStacks();
        var stack = drawn.Raw("|entry;vfs_read", userError: -14);
        drawn.Table.Announce(stack, 0);
        drawn.Table.Add(stack.Key, 1);
        Assert.Equal(["app/7:entry;vfs_read 1 NoUserStack"], drawn.Folded());
    }

    [Theory]
    [InlineData("|entry;vfs_read;bpf_trampoline_123;bpf_prog_6deef7357e7b4530_stack", "entry;vfs_read")]
    [InlineData("|entry;do_fork;__traceiter_x;__bpf_trace_x;bpf_trace_run2;bpf_prog_6deef7357e7b4530_stack", "entry;do_fork")]
    [InlineData("|bpf_prog_6deef7357e7b4530_x;entry;bpf_prog_run;f;bpf_prog_6deef7357e7b4530_stack", "bpf_prog_6deef7357e7b4530_x;entry;bpf_prog_run;f")]
    [InlineData("|do_syscall_64;getpgid;ftrace_trampoline;bpf_trampoline_1;bpf_prog_6deef7357e7b4530", "do_syscall_64;getpgid")]
    [InlineData("|__sys_bpf;bpf_prog_load", "__sys_bpf;bpf_prog_load")]
    [InlineData("_start;bpf_prog_6deef7357e7b4530_x|bpf_trace_run1", "_start;bpf_prog_6deef7357e7b4530_x")]
    public void The_tracers_own_frames_are_left_out_at_the_inner_end_of_the_kernels_part_only(string drawing, string path)
    {
        var drawn = new DrawnStacks();
        drawn.Add(drawing, 1);
        Assert.Equal([$"app/7:{path} 1"], drawn.Folded());
    }

    [Fact]
    public void Inlined_functions_hang_below_the_function_that_contains_them()
    {
        var drawn = new DrawnStacks();
        drawn.Add("_start;outer+inlined;leaf", 1);
        Assert.Equal(["app/7:_start;outer;inlined;leaf 1"], drawn.Folded());
    }

    [Fact]
    public void The_caller_on_top_of_the_stack_is_put_in_where_the_chain_lacks_it()
    {
        var drawn = new DrawnStacks();
        Count(drawn, drawn.Raw("_start;main;f", slot: 1, caller: "work"));
        Count(drawn, drawn.Raw("_start;main;work;g", slot: 2, caller: "work"));
        Count(drawn, drawn.Raw("_start;main;work;h", slot: 3));
        Assert.Equal(
            ["app/7:_start;main;work;f 1", "app/7:_start;main;work;g 1", "app/7:_start;main;work;h 1"], drawn.Folded());
    }

    /// <summary>f calls itself from one place, and does not begin with push %rbp.</summary>
    [Fact]
    public void A_caller_that_is_equal_to_the_next_by_recursion_is_put_in_too()
    {
        var drawn = new DrawnStacks();
        Count(drawn, drawn.Raw("_start;f", caller: "main"));
        Count(drawn, drawn.Raw("_start;main;f", caller: "in-f"));
        Count(drawn, drawn.Raw("_start;main;in-f;f", caller: "in-f"));
        Assert.Equal(
            ["app/7:_start;main;f 1", "app/7:_start;main;in-f;f 1", "app/7:_start;main;in-f;in-f;f 1"], drawn.Folded());
    }

    [Fact]
    public void Offsets_and_addresses_are_part_of_a_frame_only_when_asked_for()
    {
        var plain = new DrawnStacks();
        var exact = new DrawnStacks(new StackOptions { Offsets = true, Addresses = true });
        plain.Add("_start", 1);
        exact.Add("_start", 1);
        var frame = Assert.Single(plain.Take().Frames);
        Assert.Equal((null, null), (frame.Offset, frame.Address));
        frame = Assert.Single(exact.Take().Frames);
        Assert.Equal((1ul, 1ul), (frame.Offset, frame.Address));
    }

    [Fact]
    public void Beyond_the_limit_only_the_number_of_stacks_is_kept_and_known_ones_go_on()
    {
        var drawn = new DrawnStacks(limit: 4);
        drawn.Add("_start;main;a", 1);
        drawn.Add("_start;main;b", 2);
        drawn.Add("_start;main;c", 4);
        drawn.Add("other/9:_start;main;d;e", 8);
        drawn.Add("_start;main;a", 16);
        Assert.Equal(
            ["/0:[not kept: too many different stacks] 12", "app/7:_start;main;a 17", "app/7:_start;main;b 2"],
            drawn.Folded());
        Assert.Equal(5, drawn.NodeCount);
    }

    private static void Count(DrawnStacks drawn, RawStack stack)
    {
        drawn.Table.Announce(stack, 0);
        drawn.Table.Add(stack.Key, 1);
    }

    private static (int Frames, int Nodes, int Contexts, int Series) Sizes(StackChanges changes) =>
        (changes.Frames.Count, changes.Nodes.Count, changes.Contexts.Count, changes.Series.Count);
}
