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

    public static TheoryData<AttachMechanism> UserCallWays => [AttachMechanism.UprobeSession, .. UserWays];

    public static TheoryData<AttachMechanism> KernelCallWays =>
        [AttachMechanism.KprobeSession, AttachMechanism.KprobeMulti, AttachMechanism.KprobePerf];

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
    [MemberData(nameof(UserCallWays))]
    public async Task A_return_after_a_longjmp_has_its_own_entry(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartCalls();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'r:{Workload.CallsFile}:attempt \"%d %ld\", retval, $latency'", KernelTraceTests.Only(way));
        using var arguments = Start(workload, "attempt", way);
        await workload.RunAsync("attempt 3", "attempt 0", "attempt 3");
        Assert.Equal(["0 0", "3 30", "0 0", "0 0", "3 30"], arguments.Finish());
        var calls = trace.Finish().Select(call => call.Split(' ')).ToList();
        Assert.Equal(["0", "30", "0", "0", "30"], calls.Select(call => call[0]));
        var latencies = calls.ConvertAll(call => long.Parse(call[1], CultureInfo.InvariantCulture));
        foreach (var (inner, outer) in new[] { (0, 1), (3, 4) })
        {
            Assert.InRange(latencies[outer], latencies[inner] + 20_000_000, long.MaxValue);
        }

        // Four were left for good. By place those are known at whose places none was called since.
        var (least, most) = way == AttachMechanism.UprobeSession ? (4, 4) : (1, 2);
        Assert.InRange(trace.OpenCalls!.Value, least, most);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserCallWays))]
    public async Task Calls_on_two_stacks_of_one_thread_have_their_own_entries(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "pass", way);
        await workload.RunAsync("coroutine 1", "coroutine 1");
        Assert.Equal(["2 20", "3 30", "1 10", "2 20", "3 30", "1 10"], trace.Finish());
        Assert.Equal(0, trace.OpenCalls);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserCallWays))]
    public async Task A_coroutine_that_never_goes_on_leaves_other_calls_alone(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "pass", way);
        await workload.RunAsync("abandoned 1", "abandoned 1");
        Assert.Equal(["1 10", "1 10"], trace.Finish());

        // The second is at the place of the first.
        Assert.Equal(way == AttachMechanism.UprobeSession ? 2 : 1, trace.OpenCalls);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserCallWays))]
    public async Task A_handler_on_its_own_stack_has_its_own_entry(AttachMechanism way)
    {
        Abilities.Require(way);
        using var workload = Workload.StartCalls();
        using var trace = Start(workload, "interrupted", way);
        await workload.RunAsync("interrupted 1", "interrupted 1");
        Assert.Equal(["0 0", "1 10", "0 0", "1 10"], trace.Finish());
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(UserCallWays))]
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
    public async Task Calls_that_begin_at_one_place_and_return_at_once_are_told_apart_by_a_session_probe()
    {
        Abilities.Require(AttachMechanism.UprobeSession);
        using var workload = Workload.StartCalls();
        using var session = Start(workload, "again", AttachMechanism.UprobeSession);
        using var byPlace = Start(workload, "again", AttachMechanism.UprobeMulti);
        await workload.RunAsync("again 2");
        Assert.Equal(["0 70", "1 70", "2 70"], session.Finish());
        Assert.Equal(0, session.OpenCalls);
        Assert.Equal(["0 70"], byPlace.Finish(new LossDelta(LossCause.NoEntry, 2)));
    }

    /// <summary>Several values do not fit into what a session probe keeps for a call.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("$latency > 0", true)]
    [InlineData("$entry(arg1)", true)]
    [InlineData("$entry(arg1) + $entry(arg1)", true)]
    [InlineData("$entry(arg1) + $latency", false)]
    [InlineData("$entry(arg1) + $entry(arg2)", false)]
    public void One_value_of_the_entry_is_kept_by_a_session_probe_where_the_kernel_has_them(string value, bool fits)
    {
        Abilities.Require(AttachMechanism.UprobeSession);
        using var workload = Workload.StartCalls();
        using var trace = Traced.Start($"-p {workload.Pid} 'r:{Workload.CallsFile}:pass \"%ld\", {value}'");
        var way = Assert.Single(trace.Session.Report.Mechanisms).Value;
        Assert.Equal(fits ? "uprobe.session" : "uprobe.multi", way);
    }

    [Theory]
    [InlineData(AttachMechanism.UprobeSession, 6, 13)]
    [InlineData(AttachMechanism.KprobeSession, 6, 10)]
    public void Kernels_that_should_have_session_probes_have_them(AttachMechanism way, int major, int minor)
    {
        Abilities.RequireKernel(major, minor, way.Describe());
        if (way == AttachMechanism.KprobeSession)
        {
            Abilities.Require(AttachMechanism.KprobeMulti);
        }

        Assert.Null(Abilities.Of(way.Describe()).Problem);
    }

    [Fact(Timeout = Timeout)]
    public async Task Returns_whose_entries_gave_way_to_newer_ones_are_counted()
    {
        const int calls = 40, room = 16;
        using var workload = Workload.StartValues();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'r:{Workload.ValuesFile}:descend \"%d %d\", $entry(arg1), retval'",
            image => KernelTraceTests.Only(AttachMechanism.UprobePerf)(image) with
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
            + $"'r:{Workload.CallsFile}:split ({child}) \"%d\", retval'",
            KernelTraceTests.Only(AttachMechanism.UprobePerf));
        await workload.RunAsync("split 1");
        Assert.Equal(["0"], trace.Finish(new LossDelta(LossCause.NoEntry, 1)));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_call_that_forks_returns_in_both_processes_and_the_kernel_keeps_its_value_for_both()
    {
        Abilities.Require(AttachMechanism.UprobeSession);
        using var workload = Workload.StartCalls();
        using var both = Traced.Start($"'r:{Workload.CallsFile}:split \"%d\", ($latency > 0) + (retval == 0)'");
        using var parent = Traced.Start($"-p {workload.Pid} 'r:{Workload.CallsFile}:split \"%d\", ($latency > 0) + (retval == 0)'");
        await workload.RunAsync("split 1");
        Assert.Equal(["1", "2"], both.Finish().Order());
        Assert.Equal(["1"], parent.Finish());
        Assert.Equal((0, 0), (both.OpenCalls, parent.OpenCalls));
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
    [MemberData(nameof(KernelCallWays))]
    public async Task A_return_of_a_kernel_function_has_the_entry_at_its_place_of_the_stack(AttachMechanism way)
    {
        Abilities.Require("kernel functions");
        Abilities.Require(way);
        using var workload = Workload.Start();
        using var trace = Traced.Start(
            $"-p {workload.Pid} 'p::vfs_read \"%ld %ld\", ctx->sp, ctx->dx' "
            + "'r::vfs_read \"%ld %ld %d\", ctx->sp - 8, $entry(arg3), 1'",
            // The entry that is shown has no return to be attached with.
            image => image with { Groups = [image.Groups[0], .. KernelTraceTests.Only(way)(image).Groups.Skip(1)] });
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

        // It waits for its next command, since before or after the rows were taken.
        Assert.InRange(trace.OpenCalls!.Value, open.Count, Math.Max(1, open.Count));
    }

    /// <summary>Shows argument and result of each call.</summary>
    private static Traced Start(Workload workload, string function, AttachMechanism way) => Traced.Start(
        $"-p {workload.Pid} 'r:{Workload.CallsFile}:{function} \"%d %d\", $entry(arg1), retval'", KernelTraceTests.Only(way));
}
