using System.Globalization;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What a return is told of its entry, where calls do not simply nest.</summary>
public sealed class EntryReturnTests
{
    private const int Timeout = 120_000;

    public static TheoryData<AttachMechanism> UserWays => [AttachMechanism.UprobeMulti, AttachMechanism.UprobePerf];

    public static TheoryData<AttachMechanism> KernelWays => [AttachMechanism.KprobeMulti, AttachMechanism.KprobePerf];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserWays))]
    public async Task The_stack_stands_8_bytes_higher_at_the_return_of_a_user_function(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} '{Workload.ValuesFile}:descend \"%ld\", ctx->sp' 'r:{Workload.ValuesFile}:descend \"%ld\", ctx->sp - 8'",
            KernelTraceTests.Only(way));
        await workload.RunAsync("descend 9");
        var places = trace.Finish();
        Assert.Equal(20, places.Count);
        Assert.Equal(places.Take(10).Reverse(), places.Skip(10));
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserWays))]
    public async Task A_return_after_a_longjmp_has_its_own_entry(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "attempt", way, "$latency");
        await workload.RunAsync("attempt 3", "attempt 0", "attempt 3");
        var calls = trace.Finish().Select(call => call.Split(' ')).ToList();
        Assert.Equal(["0 0", "3 30", "0 0", "0 0", "3 30"], calls.Select(call => $"{call[0]} {call[1]}"));
        var latencies = calls.ConvertAll(call => long.Parse(call[2], CultureInfo.InvariantCulture));
        foreach (var (inner, outer) in new[] { (0, 1), (3, 4) })
        {
            Assert.InRange(latencies[outer], latencies[inner] + 20_000_000, long.MaxValue);
        }

        // Those that were left for good: none was called at their places since.
        Assert.InRange(trace.OpenCalls!.Value, 1, 2);
    }

    [Fact(Timeout = Timeout)]
    public async Task Calls_on_two_stacks_of_one_thread_have_their_own_entries()
    {
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "pass");
        await workload.RunAsync("coroutine 1", "coroutine 1");
        Assert.Equal(["2 20", "3 30", "1 10", "2 20", "3 30", "1 10"], trace.Finish());
        Assert.Equal(0, trace.OpenCalls);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_coroutine_that_never_goes_on_leaves_other_calls_alone()
    {
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "pass");
        await workload.RunAsync("abandoned 1", "abandoned 1");
        Assert.Equal(["1 10", "1 10"], trace.Finish());
        Assert.Equal(1, trace.OpenCalls);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_handler_on_its_own_stack_has_its_own_entry()
    {
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "interrupted");
        await workload.RunAsync("interrupted 1", "interrupted 1");
        Assert.Equal(["0 0", "1 10", "0 0", "1 10"], trace.Finish());
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserWays))]
    public async Task A_call_that_was_running_at_the_start_is_not_mixed_up_with_later_ones(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartCalls();
        await workload.RunAsync("hold 7");
        using var trace = Start(workload, "hold", way);
        await workload.RunAsync("release 1", "free 1", "hold 8", "release 1", "hold 9");
        Assert.Equal(["0 0", "8 80"], trace.Finish());
        Assert.Equal(1, trace.OpenCalls);
        await workload.RunAsync("release 1");
    }

    [Fact(Timeout = Timeout)]
    public async Task Returns_whose_entries_gave_way_to_newer_ones_are_counted()
    {
        const int calls = 40, room = 16;
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'r:{Workload.ValuesFile}:descend \"%d %d\", $entry(arg1), retval'",
            image => image with
            {
                Maps = [.. image.Maps.Select(map => map.Name == "calls" ? map with { MaxEntries = room } : map)],
            });
        await workload.RunAsync($"descend {calls - 1}");
        var shown = trace.FinishWith(LossCause.NoEntry);
        Assert.InRange(shown.Count, 1, room);
        Assert.All(shown, pair => Assert.Equal(pair.Split(' ')[0], pair.Split(' ')[1]));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_predicate_that_cannot_be_decided_is_a_loss_too_and_one_that_can_is_none()
    {
        using var workload = Workload.StartCalls();
        var child = $"$pid != {workload.Pid}";
        using var trace = Traced.Start(
            $"'r:{Workload.CallsFile}:split ({child} && $latency > 0) \"%d\", retval' "
            + $"'r:{Workload.CallsFile}:split ({child} && retval != 0) \"%d\", $latency' "
            + $"'r:{Workload.CallsFile}:split ({child}) \"%d\", retval'");
        await workload.RunAsync("split 1");
        Assert.Equal(["0"], trace.Finish(new LossDelta(LossCause.NoEntry, 1)));
    }

    /// <summary>Where it does not, returns that ask for their entry are probed one by one, which is slow but right.</summary>
    [Fact]
    public void Kernels_we_know_tell_kprobe_multi_where_the_stack_stands_at_a_return()
    {
        Abilities.Require("kernel functions");
        Abilities.Require(AttachMechanism.KprobeMulti);
        Assert.True(ReturnedStack.IsKnown);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(KernelWays))]
    public async Task A_return_of_a_kernel_function_has_the_entry_at_its_place_of_the_stack(AttachMechanism way)
    {
        Abilities.Require("kernel functions");
        Abilities.Require(way);
        using var workload = Workload.Start();
        using var trace = Traced.Start(
            "'p::vfs_read ($comm == \"workload\") \"%ld %ld\", ctx->sp, ctx->dx' "
            + "'r::vfs_read ($comm == \"workload\") \"%ld %ld %d\", ctx->sp - 8, $entry(arg3), $latency > 0'",
            KernelTraceTests.Only(way));
        await workload.RunAsync("read 20", "threads 8 1", "read 20");
        var calls = trace.Finish();
        var open = new Dictionary<(int, string), string>();
        foreach (var (row, call) in trace.Rows.Zip(calls))
        {
            var words = call.Split(' ');
            if (words.Length == 2)
            {
                open[(row.Tid, words[0])] = words[1];
                continue;
            }

            Assert.True(open.Remove((row.Tid, words[0]), out var count), call);
            Assert.Equal([words[0], count, "1"], words);
        }

        Assert.True(calls.Count >= 80);
        Assert.Equal(open.Count, trace.OpenCalls);
    }

    private static Traced Start(
        Workload workload, string function, AttachMechanism? way = null, string? more = null) => Traced.Start(
            $"-p {workload.Pid} 'r:{Workload.CallsFile}:{function} \"%d %d{(more is null ? "" : " %ld")}\", "
            + $"$entry(arg1), retval{(more is null ? "" : $", {more}")}'",
            way is { } only ? KernelTraceTests.Only(only) : null);
}
