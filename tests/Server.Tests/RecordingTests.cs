using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Server.Tests;

public sealed class RecordingTests
{
    private const int Slots = 50;

    [Fact]
    public void Folds_of_adjacent_ranges_add_up_to_the_fold_of_the_whole() =>
        Prop.ForAll<int>(seed =>
        {
            var (recording, _) = Random(seed, ticks: 1100);
            var bounds = Bounds(seed, 3, 1150);
            var whole = recording.Fold(bounds[0], bounds[2]);
            return Same(whole, recording.Fold(bounds[0], bounds[1]), recording.Fold(bounds[1], bounds[2]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_fold_is_the_sum_of_its_ticks() =>
        Prop.ForAll<int>(seed =>
        {
            var (recording, ticks) = Random(seed, ticks: 1100);
            var (from, to) = (Bounds(seed, 2, 1100)[0], Bounds(seed, 2, 1100)[1]);
            var sums = ticks[from..to].SelectMany(tick => tick.Counts).GroupBy(count => count.Slot)
                .ToDictionary(group => group.Key, group => group.Sum(count => count.Delta));
            var fold = recording.Fold(from, to);
            return fold.Slots.SequenceEqual(sums.Keys.Order())
                && fold.Slots.Zip(fold.Counts).All(row => sums[row.First] == row.Second)
                && fold.Runs == ticks[from..to].Sum(tick => tick.Cost.Runs)
                && fold.RunNs == ticks[from..to].Sum(tick => tick.Cost.Nanoseconds)
                && fold.Misses == ticks[from..to].Sum(tick => tick.Misses);
        }).QuickCheckThrowOnFailure();

    /// <summary>
    /// A viewer may ask for the next tick between the last one's arrival and its announcement; taken for the end of the
    /// recording, that announcement once cut off streams of running sessions.
    /// </summary>
    [Fact(Timeout = 10_000)]
    public async Task Waiting_for_a_tick_is_not_over_when_an_earlier_one_is_announced()
    {
        var recording = new Recording(Slots);
        var never = new CancellationToken(canceled: false); // with a real one, the task would end a moment later
        var wait = recording.WaitAsync(2, never);
        recording.Append(TickAt(0, []));
        recording.Append(TickAt(1, []));
        Assert.False(wait.IsCompleted);
        recording.Append(TickAt(2, []));
        await wait;
    }

    [Theory]
    [InlineData(-5, 2, 0, 2)]
    [InlineData(1, 99, 1, 3)]
    [InlineData(99, 100, 3, 3)]
    [InlineData(2, 1, 1, 1)]
    public void Bounds_outside_the_recording_are_moved_to_its_ends(long from, long to, long first, long last)
    {
        var recording = Ticking(3);
        var fold = recording.Fold(from, to);
        Assert.Equal((first, last), (fold.From, fold.To));
        Assert.Equal((100.0 * first, 100.0 * last), (fold.StartMs, fold.EndMs));
    }

    [Fact]
    public void Three_hundred_moving_rows_take_less_than_a_kilobyte_per_tick()
    {
        const int Ticks = 2560;
        var recording = new Recording(300);
        var random = new Random(1);
        for (var tick = 0; tick < Ticks; tick++)
        {
            recording.Append(TickAt(tick, [.. Enumerable.Range(0, 300).Select(slot => new CountDelta(slot, random.Next(1, 5000)))]));
        }

        recording.Complete();
        var perTick = recording.Size / (double)Ticks;
        TestContext.Current.SendDiagnosticMessage($"{perTick:0} bytes per tick");
        Assert.InRange(perTick, 300, 1000);
    }

    [Fact]
    public void The_time_of_a_fold_does_not_grow_with_the_recording()
    {
        // The best of many, so that a busy machine does not matter. The first bounds read as many single ticks as any
        // can; a fold that walked all of the long recording would read 600 times as many.
        var (brief, lengthy) = (Ticking(1000), Ticking(300_000));
        var best = Best(() => Assert.Equal(766, brief.Fold(1, 767).Counts[0]));
        Assert.InRange(Best(() => Assert.Equal(299_998, lengthy.Fold(1, 299_999).Counts[0])) / best, 0, 30);
    }

    [Fact]
    public void The_middle_of_a_tick_decides_its_block()
    {
        var recording = new Recording(1);
        // Middles: 0.45, 0.98, 1.03, 1.6
        TimeSpan[] ends = [At(0.9), At(1.06), At(1.0601), At(2.14)];
        var start = TimeSpan.Zero;
        foreach (var end in ends)
        {
            recording.Append(new Tick(start, end, [new CountDelta(0, 1)], default, 0));
            start = end;
        }

        var blocks = new Blocks(recording, TimeSpan.FromSeconds(1), null);
        Assert.Equal([(0L, 2L), (2L, 4L)], Enumerable.Range(0, blocks.Count).Select(blocks.Range));
        Assert.Equal((4L, 4L), blocks.Range(7));
    }

    [Fact]
    public void The_tick_after_the_duration_belongs_to_the_last_block()
    {
        var recording = Ticking(52);
        var blocks = new Blocks(recording, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(5, blocks.Count);
        Assert.Equal((40L, 52L), blocks.Range(4));
        Assert.Equal((52L, 52L), blocks.Range(5));
    }

    [Fact]
    public void Without_an_interval_everything_is_one_block()
    {
        var blocks = new Blocks(Ticking(1000), null, null);
        Assert.Equal((1, (0L, 1000L)), (blocks.Count, blocks.Range(0)));
    }

    [Fact]
    public void A_late_joiner_gets_one_fold_for_the_past_and_one_per_second_for_the_last_minute()
    {
        var recording = Ticking(3000);
        var folds = recording.CatchUp(0, recording.End);
        Assert.Equal(61, folds.Length);
        Assert.Equal((0L, 2400L), (folds[0].From, folds[0].To));
        Assert.All(folds[1..], fold => Assert.Equal(10, fold.To - fold.From));
        Assert.Equal(3000, folds.Sum(fold => fold.Counts[0]));
        Assert.Equal(folds[..^1].Select(fold => fold.To), folds[1..].Select(fold => fold.From));
    }

    [Fact]
    public void Who_comes_back_gets_only_what_was_missed()
    {
        var folds = Ticking(3000).CatchUp(2985, 3000);
        Assert.Equal([(2985L, 2995L), (2995L, 3000L)], folds.Select(fold => (fold.From, fold.To)));
    }

    [Fact(Timeout = 20_000)]
    public async Task Readers_see_whole_ticks_while_they_are_appended()
    {
        var recording = new Recording(Slots);
        var reader = Task.Run(() =>
        {
            while (!recording.IsComplete)
            {
                var fold = recording.Fold(0, recording.End);
                Assert.All(fold.Counts, count => Assert.Equal(fold.To, count));
            }
        }, TestContext.Current.CancellationToken);
        for (var tick = 0; tick < 20_000; tick++)
        {
            recording.Append(TickAt(tick, [.. Enumerable.Range(0, Slots).Select(slot => new CountDelta(slot, 1))]));
        }

        recording.Complete();
        await reader;
        Assert.Equal(20_000L * Slots, recording.TotalCount);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_viewer_who_was_slow_gets_one_fold_of_all_that_was_missed()
    {
        var recording = Ticking(2);
        await using var folds = recording.WatchAsync(0, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await folds.MoveNextAsync());
        for (var tick = 2; tick < 700; tick++)
        {
            recording.Append(TickAt(tick, [new CountDelta(0, 1)]));
        }

        Assert.True(await folds.MoveNextAsync());
        var missed = Assert.Single(folds.Current);
        Assert.Equal((2, 700, 698L), (missed.From, missed.To, missed.Counts[0]));
        recording.Complete();
        Assert.False(await folds.MoveNextAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task Waiting_ends_with_the_next_tick_or_with_the_recording()
    {
        var recording = Ticking(1);
        var next = recording.WaitAsync(1, TestContext.Current.CancellationToken);
        Assert.True(recording.WaitAsync(0, TestContext.Current.CancellationToken).IsCompleted);
        Assert.False(next.IsCompleted);
        recording.Append(TickAt(1, []));
        await next;
        var last = recording.WaitAsync(2, TestContext.Current.CancellationToken);
        recording.Complete();
        await last;
    }

    [Fact]
    public void A_slot_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Recording(2).Append(TickAt(0, [new CountDelta(2, 1)])));

    /// <summary>Cursors in order, from all over the recording: FsCheck's own numbers are small and would miss the checkpoints.</summary>
    private static int[] Bounds(int seed, int count, int below)
    {
        var random = new Random(~seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(below)).Order()];
    }

    internal static double Best(Action action) => Enumerable.Range(0, 50).Min(_ =>
    {
        var start = TimeProvider.System.GetTimestamp();
        action();
        return TimeProvider.System.GetElapsedTime(start).TotalMicroseconds;
    });

    private static bool Same(Fold whole, Fold left, Fold right)
    {
        var sums = left.Slots.Zip(left.Counts).Concat(right.Slots.Zip(right.Counts))
            .GroupBy(row => row.First).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Sum(row => row.Second)));
        return whole.Slots.Zip(whole.Counts).SequenceEqual(sums)
            && whole.Runs == left.Runs + right.Runs && whole.RunNs == left.RunNs + right.RunNs
            && whole.Misses == left.Misses + right.Misses
            && (whole.From, whole.To) == (left.From, right.To)
            && (whole.StartMs, whole.EndMs) == (left.StartMs, right.EndMs);
    }

    private static (Recording Recording, Tick[] Ticks) Random(int seed, int ticks)
    {
        var random = new Random(seed);
        var recording = new Recording(Slots);
        var made = Enumerable.Range(0, ticks).Select(tick => TickAt(
            tick,
            [.. Enumerable.Range(0, Slots).Where(_ => random.Next(4) == 0).Select(slot => new CountDelta(slot, 1 + random.NextInt64(1L << 40)))],
            new ProgramCost(random.Next(1000), random.Next(1_000_000)), random.Next(3))).ToArray();
        Array.ForEach(made, recording.Append);
        return (recording, made);
    }

    /// <summary>Ten ticks a second in which one slot moves by one.</summary>
    internal static Recording Ticking(int ticks)
    {
        var recording = new Recording(1);
        for (var tick = 0; tick < ticks; tick++)
        {
            recording.Append(TickAt(tick, [new CountDelta(0, 1)]));
        }

        return recording;
    }

    private static Tick TickAt(int tick, CountDelta[] counts, ProgramCost cost = default, long misses = 0) =>
        new(At(tick / 10.0), At((tick + 1) / 10.0), counts, cost, misses);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
