using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>User stacks through code without frame pointers, ours and libc's: known chains, exactly.</summary>
public sealed class UnwindTests
{
    /// <summary>No kernel has that many.</summary>
    private const int NoHelper = 99_999;

    public static TheoryData<string, string> Chains => new()
    {
        { "q", "_start;main;run;by_qsort;compare;marker" },
        { "b", "_start;main;run;by_bsearch;compare;marker" },
        { "w", "_start;main;run;by_twalk;visit;marker" },
        { "d", $"_start;main;run;{string.Join(';', Enumerable.Repeat("deep", 21))};marker" },
        { "l", "_start;main;run;large_frame;marker" },
        { "a", "_start;main;run;aligned;marker" },
        { "s", "_start;main;run;by_signal;on_signal;marker" },
        { "t", "thread;deep;deep;deep;deep;marker" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Chains))]
    public async Task A_probe_at_a_functions_entry_sees_the_whole_chain(string letter, string chain)
    {
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.UnwoundFile}:marker");
        await workload.RunAsync($"{letter} 10");
        session.Finish();
        Assert.Equal([$"{chain} 10"], Own(session));
        Assert.All(session.Stacks, stack => Assert.False(stack.Quality.HasFlag(StackQuality.Broken)));
        Assert.All(session.Stacks, stack => Assert.True(stack.Path.Count > chain.Count(c => c == ';') + 2));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_tables_the_same_stack_loses_frames_and_says_so()
    {
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U --no-unwind -p {workload.Pid} {Workload.UnwoundFile}:marker");
        await workload.RunAsync("q 10");
        session.Finish();
        Assert.DoesNotContain("_start", Own(session)[0], StringComparison.Ordinal);
        Assert.All(session.Stacks, stack => Assert.True(stack.Quality.HasFlag(StackQuality.Broken)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stack_deeper_than_there_is_room_is_truncated_not_broken()
    {
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.UnwoundFile}:marker");
        await workload.RunAsync("e 3");
        session.Finish();
        Assert.Equal([$"{string.Join(';', Enumerable.Repeat("deep", 126))};marker 3"], Own(session));
        Assert.All(session.Stacks, stack => Assert.Equal(StackQuality.Truncated, stack.Quality & ~StackQuality.Unresolved));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(AttachMechanism.TracingTracepoint)]
    [InlineData(AttachMechanism.RawTracepoint)]
    [InlineData(AttachMechanism.PerfTracepoint)]
    public async Task A_system_call_sees_the_whole_chain(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} t:syscalls:sys_enter_getpgid", way);
        await workload.RunAsync("g 10");
        session.Finish();
        Assert.Equal(["_start;main;run;by_qsort;compare;marker 10"], Own(session));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_probe_of_the_kernel_sees_the_whole_chain()
    {
        Assert.SkipWhen(
            new[] { AttachMechanism.KprobeMulti, AttachMechanism.KprobePerf, AttachMechanism.Fentry }
                .All(way => Abilities.Of(way.Describe()).Problem is not null), "this kernel has no probes of its functions");
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} __x64_sys_getpgid");
        await workload.RunAsync("g 10");
        session.Finish();
        Assert.Equal(["_start;main;run;by_qsort;compare;marker 10"], Own(session));
    }

    [Fact(Timeout = 60_000)]
    public async Task Samples_of_a_profile_see_the_whole_chain()
    {
        using var workload = Workload.StartUnwound();
        await workload.RunAsync("q 0"); // it has been loaded: its mappings no longer change
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} profile:997hz");
        await workload.RunAsync("p 500");
        session.Finish();
        var burning = Own(session).Where(line => line.Contains(";burn ", StringComparison.Ordinal)).ToList();
        Assert.Single(burning);
        Assert.StartsWith("_start;main;run;by_qsort;compare;marker;burn ", burning[0], StringComparison.Ordinal);
        var whole = session.Stacks.Where(stack => !stack.Quality.HasFlag(StackQuality.Broken)).Sum(stack => stack.Count);

        // A clock may tick between two instructions that no table describes, in a stub or at a thread's switch of stacks.
        Assert.InRange(whole, session.Shown * 99 / 100, session.Shown);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_was_not_asked_for_gets_its_tables_at_first_sight()
    {
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U {Workload.UnwoundFile}:marker");
        var visit = session.Session.Stacks!.Unwind!.VisitAsync(workload.Pid); // It is a session that unwinds.
        await workload.RunAsync("q 10");
        await visit;
        await workload.RunAsync("b 10");
        session.Finish();
        Assert.Contains("_start;main;run;by_bsearch;compare;marker 10", Own(session));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("(int value) (value == 1)")]
    [InlineData(" ($comm contains \"unwound\")")]
    public async Task A_kernel_that_refuses_to_unwind_follows_frame_pointers_and_says_so(string condition)
    {
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} '{Workload.UnwoundFile}:marker{condition}'", WithoutLoop);
        await workload.RunAsync("q 10");
        session.Finish();
        var note = Assert.Single(session.Session.Report.Notes);
        Assert.StartsWith("User stacks are followed by frame pointers only", note, StringComparison.Ordinal);
        Assert.Contains($"#{NoHelper}", note, StringComparison.Ordinal);
        Assert.Equal(10, session.Shown);
        Assert.DoesNotContain("_start", Own(session)[0], StringComparison.Ordinal);
        Assert.All(session.Stacks, stack => Assert.True(stack.Quality.HasFlag(StackQuality.Broken)));
    }

    [Fact]
    public void No_kernel_refuses_to_unwind()
    {
        using var workload = Workload.StartUnwound();
        using var session = Stacking.Start($"stackcount -U -p {workload.Pid} {Workload.UnwoundFile}:marker");
        Assert.Empty(session.Session.Report.Notes);
    }

    /// <summary>As on a kernel that does not know the helper which calls for each frame, such as those before 5.17.</summary>
    private static ProgramImage WithoutLoop(ProgramImage image) => image with
    {
        Groups = [.. image.Groups.Select(group => group with
        {
            Alternatives = [.. group.Alternatives.Select(way => way with { Program = WithoutLoop(way.Program) })],
        })],
    };

    private static BpfProgramImage WithoutLoop(BpfProgramImage program) => program with
    {
        Instructions = [.. program.Instructions.Select(instruction =>
            instruction == Instruction.Call(Helper.Loop) ? Instruction.Call((Helper)NoHelper) : instruction)],
    };

    /// <summary>Folded stacks of the workload's own frames.</summary>
    internal static List<string> Own(Stacking session) =>
    [
        .. session.Stacks
            .GroupBy(stack => string.Join(';', stack.Path
                .Where(frame => frame.Module?.EndsWith("/unwound", StringComparison.Ordinal) is true)
                .Select(frame => frame.Name)))
            .Select(group => $"{group.Key} {group.Sum(stack => stack.Count)}")
            .Order(StringComparer.Ordinal),
    ];
}
