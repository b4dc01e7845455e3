using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Events one by one: generated = kept + lost, to the last one.</summary>
public sealed class RowTests
{
    private const int Timeout = 120_000;

    /// <summary>An emulated machine (tests/vm/run) takes minutes for what a real one does in seconds.</summary>
    private static readonly long Many = Environment.GetEnvironmentVariable("VM_KERNEL") is null ? 10_000_000 : 500_000;

    [Fact(Timeout = Timeout)]
    public async Task Every_call_is_a_row_with_its_process_thread_name_and_time()
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing($"-p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("alpha 1000");
        rowing.Finish();
        Assert.Equal(1000, rowing.Rows.Count);
        Assert.All(rowing.Rows, row => Assert.Equal(
            (0, workload.Pid, workload.Pid, "workload"), (row.Slot, row.Pid, row.Tid, System.Text.Encoding.UTF8.GetString(row.Comm.Span))));
        Assert.All(rowing.Rows.Zip(rowing.Rows.Skip(1)), pair => Assert.True(pair.First.Time < pair.Second.Time));
        Assert.Empty(rowing.Losses);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("t:syscalls:sys_enter_getpgid", "getpgid 500", "syscalls:sys_enter_getpgid")]
    [InlineData("t:task:task_rename", "rename 500", "task:task_rename")]
    public async Task Tracepoints_make_rows_too(string spec, string command, string name)
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing($"-p {workload.Pid} {spec}");
        await workload.RunAsync(command);
        rowing.Finish();
        Assert.Equal(500, rowing.Rows.Count);
        Assert.Equal(name, rowing.Name(0));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_full_speed_every_event_is_kept_or_counted_as_lost(bool perfBuffers)
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing(
            $"-p {workload.Pid} 't:syscalls:sys_enter_getpgid \"%d\", args->pid'", onlyCounts: true, perfBuffers: perfBuffers);
        var running = workload.RunAsync($"getpgid {Many}");
        while (!running.IsCompleted)
        {
            rowing.Tick();
        }

        await running;
        rowing.Finish();

        // What hits while a program is interrupted on the same CPU is left out by the kernel, and counted as missed.
        Assert.InRange(rowing.Generated, Many - rowing.Misses, Many);
        TestContext.Current.TestOutputHelper?.WriteLine($"{rowing.Kept} kept, lost: {rowing.LostInWords}");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_finds_no_room_in_the_ring_buffer_is_counted()
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing($"-p {workload.Pid} {Workload.File}:workload_alpha", image => image with
        {
            Maps = [.. image.Maps.Select(map => map.Type == MapType.Ringbuf ? map with { MaxEntries = 4096 } : map)],
        });
        await workload.RunAsync("threads 8 20000");
        rowing.Finish();
        Assert.Equal(160_000, rowing.Generated);
        Assert.Equal([LossCause.RingFull], rowing.Losses.Keys);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_finds_no_room_in_a_perf_buffer_is_counted_once()
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing(
            $"-p {workload.Pid} {Workload.File}:workload_alpha",
            image => image with
            {
                Maps = [.. image.Maps.Select(map => map.Type == MapType.PerfEventArray ? map with { BufferSize = 4096 } : map)],
            },
            perfBuffers: true);
        await workload.RunAsync("threads 8 20000");
        rowing.Finish();
        Assert.Equal(160_000, rowing.Generated);
        Assert.Equal([LossCause.RingFull], rowing.Losses.Keys);
    }

    [Fact(Timeout = Timeout)]
    public async Task Rows_of_all_CPUs_come_in_the_order_of_their_time_through_perf_buffers_too()
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing($"-p {workload.Pid} {Workload.File}:workload_alpha", perfBuffers: true);
        await workload.RunAsync("cpu 0", "alpha 500", "cpu 1", "alpha 500", "cpu 0", "alpha 500");
        rowing.Finish();
        Assert.Equal(1500, rowing.Rows.Count);
        Assert.Equal([0, 1], rowing.Rows.Select(row => row.Cpu).Distinct());
        Assert.All(rowing.Rows.Zip(rowing.Rows.Skip(1)), pair => Assert.True(pair.First.Time < pair.Second.Time));
    }

    [Fact(Timeout = Timeout)]
    public async Task More_events_a_second_than_allowed_are_counted_and_not_sent()
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing(
            $"-p {workload.Pid} {Workload.File}:workload_alpha", options: new RowOptions { EventsPerSecond = 1000 });
        await workload.RunAsync("alpha 100000");
        rowing.Finish();
        Assert.Equal(100_000, rowing.Generated);
        Assert.Equal([LossCause.RateGuard], rowing.Losses.Keys);
        Assert.InRange(rowing.Rows.Count, 100, 99_000);
    }

    [Fact(Timeout = Timeout)]
    public async Task After_the_stop_nothing_is_counted_any_more()
    {
        using var workload = Workload.Start();
        using var rowing = new Rowing($"-p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("alpha 10");
        rowing.Finish();
        await workload.RunAsync("alpha 10");
        rowing.Tick();
        Assert.Equal(10, rowing.Generated);
        Assert.Equal(10, rowing.Rows.Count);
    }

    /// <summary>A session that shows events one by one, and all that its ticks brought.</summary>
    private sealed class Rowing : IDisposable
    {
        private readonly BoundSpec bound;
        private readonly TracingSession session;
        private readonly bool onlyCounts;

        /// <param name="onlyCounts">Whether the rows themselves are not kept: there are too many.</param>
        internal Rowing(
            string command, Func<ProgramImage, ProgramImage>? change = null, RowOptions? options = null, bool onlyCounts = false,
            bool perfBuffers = false)
        {
            this.onlyCounts = onlyCounts;
            bound = Counting.Compile($"trace {command}").Bound!; // Compile fails the test without one.
            bound = bound with { Options = bound.Options with { Rows = options ?? bound.Options.Rows, PerfBuffers = perfBuffers } };
            var image = ProgramBuilder.Build(bound);
            session = TracingSession.Start(change?.Invoke(image) ?? image, bound.Targets);
        }

        internal List<Row> Rows { get; } = [];

        internal Dictionary<LossCause, long> Losses { get; } = [];

        internal long Generated { get; private set; }

        internal long Kept { get; private set; }

        internal long Misses { get; private set; }

        internal string LostInWords => string.Join(", ", Losses.Select(loss => $"{loss.Value} {loss.Key.Describe()}"));

        internal string Name(int slot) => bound.Targets[slot].Name;

        internal void Tick()
        {
            var tick = session.TakeTick();
            Generated += tick.Counts.Sum(count => count.Delta);
            Misses += tick.Misses;
            Assert.Equal(tick.Rows!.Count, tick.Rows.Offsets().Length); // A session with rows always has them.
            Kept += tick.Rows.Count;
            Rows.AddRange(onlyCounts ? [] : tick.Rows.Rows());
            foreach (var (cause, count) in tick.Losses)
            {
                Losses[cause] = Losses.GetValueOrDefault(cause) + count;
            }
        }

        internal void Finish()
        {
            session.StopCounting();
            Tick();
            Assert.Equal(Generated, Kept + Losses.Values.Sum());
        }

        public void Dispose() => session.Dispose();
    }
}
