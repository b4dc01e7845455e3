using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Whatever runs full, every event is in the result or in the ledger: generated = shown + lost.</summary>
public sealed class StackLedgerTests
{
    private const int Timeout = 120_000;

    [Theory(Timeout = Timeout)]
    [InlineData("threads 8 50000", 400_000, false)]
    [InlineData("paths 12 4096", 4096, false)]
    [InlineData("threads 8 50000", 400_000, true)]
    [InlineData("paths 12 4096", 4096, true)]
    public async Task Nothing_is_lost_at_ordinary_sizes_while_ticks_are_read_at_full_speed(
        string command, long expected, bool perfBuffers)
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf", perfBuffers: perfBuffers);
        await RunAndRead(workload, stacking, command);
        Assert.Empty(stacking.Losses);
        Assert.Equal(expected, stacking.Shown);
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_path_is_counted_exactly_once_though_the_map_is_exchanged_again_and_again()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf", image => WithCounts(image, 600));
        for (var round = 0; round < 20; round++)
        {
            await workload.RunAsync("paths 9 512");
            stacking.Tick();
        }

        stacking.Finish();
        Assert.Equal(21, stacking.Session.Stacks?.Exchanges); // and the one that waits for the last programs
        Assert.Empty(stacking.Losses);
        Assert.Equal(512, stacking.Stacks.Count());
        Assert.All(stacking.Stacks, stack => Assert.Equal(20, stack.Count));
    }

    [Fact(Timeout = Timeout)]
    public async Task Totals_are_exact_when_threads_count_while_the_map_is_exchanged_at_every_tick()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount --by thread -U -p {workload.Pid} {Workload.ChainsFile}:leaf", image => WithCounts(image, 4));
        await RunAndRead(workload, stacking, "threads 3 100000", "threads 3 100000");
        Assert.Equal(600_000, stacking.Generated);
        Assert.InRange(stacking.Session.Stacks?.Exchanges ?? 0, 10, int.MaxValue);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_full_map_of_counts_is_said_and_counted()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf", image => WithCounts(image, 64));
        await workload.RunAsync("paths 12 4096");
        stacking.Finish();
        Assert.Equal(4096, stacking.Generated);
        Assert.InRange(stacking.Losses[LossCause.MapFull], 3900, 4032);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_full_ring_buffer_is_said_and_counted_and_the_next_hit_announces_again()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf", image => WithRing(image, 4096));
        await RunAndRead(workload, stacking, "paths 14 16384", "paths 14 16384");
        Assert.Equal(32_768, stacking.Generated);
        Assert.InRange(stacking.Losses.GetValueOrDefault(LossCause.RingFull), 1, 32_768);
        Assert.Equal([LossCause.RingFull], stacking.Losses.Keys);

        // And what found no room the first time is announced at the next hit.
        Assert.InRange(stacking.Stacks.Count(stack => stack.Count == 1), 1, 16_384);
    }

    [Fact(Timeout = Timeout)]
    public async Task Programs_that_are_interrupted_by_others_find_a_buffer_or_are_counted_as_lost()
    {
        using var workload = Workload.StartChains();
        using var stacking = Stacking.Start(
            $"stackcount -U -p {workload.Pid} {Workload.ChainsFile}:leaf", image => WithScratch(image, 1));
        await RunAndRead(workload, stacking, "threads 16 20000");
        Assert.Equal(320_000, stacking.Generated);
    }

    private static async Task RunAndRead(Workload workload, Stacking stacking, params string[] commands)
    {
        var run = workload.RunAsync(commands);
        while (!run.IsCompleted)
        {
            stacking.Tick();
            await Task.Yield();
        }

        await run;
        stacking.Finish();
    }

    private static ProgramImage WithCounts(ProgramImage image, int entries) => WithMap(
        image, map => map.Type == MapType.ArrayOfMaps, map => map with { Inner = map.Inner! with { MaxEntries = entries } });

    private static ProgramImage WithRing(ProgramImage image, int bytes) => WithMap(
        image, map => map.Type == MapType.Ringbuf, map => map with { MaxEntries = bytes });

    /// <summary>The program looks for its buffers in all places; those behind the last are not there.</summary>
    private static ProgramImage WithScratch(ProgramImage image, int buffers) => WithMap(
        image, map => map.Name == "scratch", map => map with { MaxEntries = buffers });

    private static ProgramImage WithMap(ProgramImage image, Func<MapImage, bool> which, Func<MapImage, MapImage> change) =>
        image with { Maps = [.. image.Maps.Select(map => which(map) ? change(map) : map)] };
}
