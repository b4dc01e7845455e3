using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Kernel.Tests;

/// <summary>User stacks of events, through code without frame pointers, ours and libc's: known chains, exactly.</summary>
public sealed class RowUnwindTests
{
    private const int Timeout = 60_000;
    private const string ByQsort = "_start;main;run;by_qsort;compare;marker";

    private static readonly SymbolizerCache Symbols = new();

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UnwindTests.Chains), MemberType = typeof(UnwindTests))]
    public async Task An_event_at_a_functions_entry_has_the_whole_chain(string letter, string chain)
    {
        using var workload = Workload.StartUnwound();
        using var trace = Traced.Start($"-U -p {workload.Pid} {Workload.UnwoundFile}:marker");
        await workload.RunAsync($"{letter} 5");
        trace.Finish();
        Assert.Equal(Enumerable.Repeat(chain, 5), Own(trace));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("t:syscalls:sys_enter_getpgid \"%d\", args->pid", false)]
    [InlineData("t:syscalls:sys_enter_getpgid \"%d\", args->pid", true)]
    [InlineData("__x64_sys_getpgid", false)]
    public async Task So_have_events_in_the_kernel_through_either_kind_of_buffer(string probe, bool perfBuffers)
    {
        if (!probe.StartsWith("t:", StringComparison.Ordinal))
        {
            Abilities.Require("kernel functions");
        }

        using var workload = Workload.StartUnwound();
        using var trace = Traced.Start($"-K -U -p {workload.Pid} '{probe}'", perfBuffers: perfBuffers);
        await workload.RunAsync("g 5");
        trace.Finish();
        Assert.Equal(Enumerable.Repeat(ByQsort, 5), Own(trace));

        // What older kernels (6.1) hand to programs at tracepoints of system calls has no kernel stack.
        Assert.All(trace.Rows, row => Assert.True(
            probe.StartsWith("t:", StringComparison.Ordinal) || trace.Stack(row, isUser: false).Addresses.Length > 0));
    }

    [Fact(Timeout = Timeout)]
    public async Task Values_stand_beside_the_stack_and_a_return_knows_its_entry()
    {
        using var workload = Workload.StartUnwound();
        using var trace = Traced.Start(
            $"-U -p {workload.Pid} '{Workload.UnwoundFile}:marker(int value) \"%d\", value' "
            + $"'r:{Workload.UnwoundFile}:marker \"%d %d\", $entry(arg1), $latency > 0'");
        await workload.RunAsync("q 3");
        Assert.Equal(["1", "1 1", "1", "1 1", "1", "1 1"], trace.Finish());
        Assert.Equal([ByQsort, ByQsort, ByQsort], Own(trace).Where((_, index) => index % 2 == 0));
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_tables_the_same_stack_loses_frames()
    {
        using var workload = Workload.StartUnwound();
        using var trace = Traced.Start($"-U --no-unwind -p {workload.Pid} {Workload.UnwoundFile}:marker");
        await workload.RunAsync("q 1");
        trace.Finish();
        Assert.DoesNotContain("_start", Assert.Single(Own(trace)), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_process_that_was_not_asked_for_gets_its_tables_at_first_sight()
    {
        using var workload = Workload.StartUnwound();
        using var trace = Traced.Start($"-U {Workload.UnwoundFile}:marker");
        var visit = trace.Session.Rows!.Unwind!.VisitAsync(workload.Pid); // It is a session that unwinds.
        await workload.RunAsync("q 1");
        trace.Tick();
        await visit;
        await workload.RunAsync("b 1");
        trace.Finish();
        Assert.Equal("_start;main;run;by_bsearch;compare;marker", Own(trace)[^1]);
    }

    /// <summary>The workload's own frames of each event, outermost first.</summary>
    private static List<string> Own(Traced trace)
    {
        using var symbolizer = Symbols.CreateSymbolizer();
        return [.. trace.Rows.Select(row => Own(trace, row, symbolizer))];
    }

    private static string Own(Traced trace, Row row, Symbolizer symbolizer)
    {
        symbolizer.Meet(row.Pid);
        var frames = new List<ResolvedFrame>();
        foreach (var (index, address) in trace.Stack(row, isUser: true).Addresses.Index())
        {
            symbolizer.ResolveUser(row.Pid, address, isReturnAddress: index > 0, frames);
        }

        return string.Join(';', frames
            .Where(frame => frame.Module?.EndsWith("/unwound", StringComparison.Ordinal) is true)
            .Select(frame => frame.Name).Reverse());
    }
}
