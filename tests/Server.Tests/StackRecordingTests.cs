using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Symbols;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Server.Tests;

/// <summary>What recordings do with stacks and losses.</summary>
public sealed class StackRecordingTests
{
    [Fact]
    public void The_folds_of_any_partition_add_up_and_define_everything_once() =>
        Prop.ForAll<int>(seed =>
        {
            var recording = Record(new RandomTicks(seed).Take(1100));
            var random = new Random(~seed);
            long[] bounds = [0, .. Enumerable.Range(0, random.Next(12)).Select(_ => random.NextInt64(1101)).Order(), 1100];
            var sum = new FoldSum();
            foreach (var (from, to) in bounds.Zip(bounds.Skip(1)))
            {
                sum.Add(recording.Fold(from, to));
            }

            var whole = new FoldSum();
            whole.Add(recording.Fold(0, 1100));
            Assert.Equal(whole.ToString(), sum.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void A_fold_is_the_sum_of_its_ticks() =>
        Prop.ForAll<int>(seed =>
        {
            var ticks = new RandomTicks(seed).Take(700);
            var recording = Record(ticks);
            var random = new Random(~seed);
            var from = random.Next(700);
            var to = random.Next(from, 701);
            var fold = recording.Fold(from, to);
            var stacks = ticks[from..to].Select(tick => tick.Stacks).OfType<StackChanges>().ToArray();
            Assert.Equal(Sums(stacks.SelectMany(change => change.Counts)), fold.Stacks!.Series.Zip(fold.Stacks.Counts));
            Assert.Equal(Sums(ticks[from..to].SelectMany(tick => tick.Counts)), fold.Slots.Zip(fold.Counts));
            Assert.Equal(stacks.SelectMany(change => change.Frames).Select(frame => frame.Name), fold.Stacks.Frames.Select(frame => frame.Name));
            Assert.Equal(
                stacks.SelectMany(change => change.Nodes),
                fold.Stacks.Parents.Zip(fold.Stacks.NodeFrames, (parent, frame) => new StackNode(parent, frame)));
            Assert.Equal(
                stacks.SelectMany(change => change.Series),
                fold.Stacks.SeriesContexts.Select((context, index) => new StackSeries(
                    context, fold.Stacks.SeriesNodes[index], (StackQuality)fold.Stacks.SeriesQualities[index])));
            Assert.Equal(
                ticks[from..to].SelectMany(tick => tick.Losses).Sum(loss => loss.Count), fold.Losses.Sum(loss => loss.Count));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void Someone_who_knows_nothing_can_have_all_definitions_with_a_range()
    {
        var recording = Record(new RandomTicks(7).Take(600));
        var (range, all) = (recording.Fold(300, 500).Stacks!, recording.FoldFromNothing(300, 500).Stacks!);
        var before = recording.Fold(0, 300).Stacks!;
        Assert.Equal((0, 1, 0, 0), (all.FirstFrame, all.FirstNode, all.FirstContext, all.FirstSeries));
        Assert.Equal(before.Parents.Concat(range.Parents), all.Parents);
        Assert.Equal(before.Frames.Concat(range.Frames), all.Frames);
        Assert.Equal(range.Series.Zip(range.Counts), all.Series.Zip(all.Counts));
    }

    [Fact]
    public void Losses_are_told_by_cause_and_in_words()
    {
        var recording = new Recording(1, hasStacks: true);
        recording.Append(Empty with { Losses = [new LossDelta(LossCause.RingFull, 3), new LossDelta(LossCause.MapBusy, 1)] });
        recording.Append(Empty with { Losses = [new LossDelta(LossCause.RingFull, 4)] });
        Assert.Equal(
            [
                new LossInfo("ringFull", LossCause.RingFull.Describe(), 7),
                new LossInfo("mapBusy", LossCause.MapBusy.Describe(), 1),
            ],
            recording.Fold(0, 2).Losses);
    }

    [Fact]
    public void A_session_without_stacks_has_none_in_its_folds() =>
        Assert.Null(RecordingTests.Ticking(3).Fold(0, 3).Stacks);

    [Fact]
    public void Offsets_and_addresses_are_hexadecimal()
    {
        var recording = new Recording(1, hasStacks: true);
        recording.Append(Empty with
        {
            Stacks = new StackChanges([new Frame("f", "m", FrameKind.Jit, 31, 0xffffffff81000000)], [], [], [], []),
        });
        Assert.Equal(new FrameInfo("f", "m", 2, "0x1f", "0xffffffff81000000"), recording.Fold(0, 1).Stacks!.Frames[0]);
    }

    public static TheoryData<string, StackChanges> Malformed => new()
    {
        { "a parent that comes later", Changes(nodes: [new(0, 0), new(2, 0)]) },
        { "a node that is its own parent", Changes(nodes: [new(1, 0)]) },
        { "a parent below the root", Changes(nodes: [new(-1, 0)]) },
        { "a frame that is not there", Changes(nodes: [new(0, 1)]) },
        { "a series of no context", Changes(series: [new(1, 0, StackQuality.Good)]) },
        { "a series of no node", Changes(series: [new(0, 1, StackQuality.Good)]) },
        { "a count of no series", Changes(counts: [new(0, 1)]) },
        { "a count below zero's", Changes(series: [new(0, 0, StackQuality.Good)], counts: [new(-1, 1)]) },
        { "counts out of order", Changes(series: [new(0, 0, 0), new(0, 0, 0)], counts: [new(1, 1), new(0, 1)]) },
        { "the same series twice", Changes(series: [new(0, 0, 0)], counts: [new(0, 1), new(0, 1)]) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_tick_is_refused_and_leaves_nothing_behind(string what, StackChanges changes)
    {
        var recording = new Recording(1, hasStacks: true);
        Assert.NotEmpty(what);
        var size = recording.Size;
        Assert.Throws<ArgumentException>(() => recording.Append(Empty with { Stacks = changes }));
        Assert.Equal((0, size), (recording.End, recording.Size));
        recording.Append(Empty with { Stacks = Changes(nodes: [new(0, 0)]) });
        Assert.Equal([0], recording.Fold(0, 1).Stacks!.Parents);
    }

    [Fact]
    public void Stacks_or_causes_that_a_session_cannot_have_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Recording(1).Append(Empty with { Stacks = Changes() }));
        Assert.Throws<ArgumentException>(() => new Recording(1).Append(Empty with { Losses = [new LossDelta((LossCause)99, 1)] }));
    }

    [Fact(Timeout = 20_000)]
    public async Task Readers_find_all_definitions_of_what_they_see_while_more_are_added()
    {
        var ticks = new RandomTicks(3).Take(3000);
        var recording = new Recording(RandomTicks.Slots, hasStacks: true);
        var reader = Task.Run(() =>
        {
            while (!recording.IsComplete)
            {
                var stacks = recording.Fold(0, recording.End).Stacks!;
                Assert.All(stacks.Series, series => Assert.InRange(series, 0, stacks.SeriesNodes.Count - 1));
                Assert.All(stacks.SeriesNodes, node => Assert.InRange(node, 0, stacks.Parents.Count));
                Assert.All(stacks.SeriesContexts, context => Assert.NotNull(stacks.Contexts[context]));
                Assert.All(stacks.NodeFrames, frame => Assert.NotNull(stacks.Frames[frame]));
            }
        }, TestContext.Current.CancellationToken);
        Array.ForEach(ticks, recording.Append);
        recording.Complete();
        await reader;
    }

    [Fact]
    public void Definitions_count_as_memory()
    {
        var (few, many) = (new Recording(1, hasStacks: true), new Recording(1, hasStacks: true));
        many.Append(Empty with
        {
            Stacks = Changes(nodes: [.. Enumerable.Range(0, 100_000).Select(node => new StackNode(node, 0))]),
        });
        Assert.InRange(many.Size - few.Size, 800_000, 2_400_000);
    }

    [Fact]
    public void A_hundred_thousand_series_take_a_few_kilobytes_per_tick_and_fold_in_milliseconds()
    {
        const int Ticks = 2560, Series = 100_000, Moved = 2000;
        var recording = new Recording(1, hasStacks: true);
        var random = new Random(1);
        recording.Append(Empty with { Stacks = Wide(Series) });
        var definitions = recording.Size;
        for (var tick = 1; tick < Ticks; tick++)
        {
            var moved = Enumerable.Range(0, Moved).Select(_ => (int)(Series * Math.Pow(random.NextDouble(), 2))).Distinct().Order();
            recording.Append(Empty with
            {
                Start = TimeSpan.FromSeconds(tick / 10.0),
                End = TimeSpan.FromSeconds((tick + 1) / 10.0),
                Stacks = new StackChanges([], [], [], [], [.. moved.Select(id => new CountDelta(id, random.Next(1, 50)))]),
            });
        }

        recording.Complete();
        var perTick = (recording.Size - definitions) / (double)Ticks;
        var longest = RecordingTests.Best(() => Assert.Equal(1, recording.Fold(1, Ticks - 1).From)) / 1000;
        var live = RecordingTests.Best(() => Assert.Equal(Ticks, recording.FoldFromNothing(Ticks - 2, Ticks).To)) / 1000;
        var catchUp = recording.CatchUp(0, Ticks);
        var bytes = catchUp.Select(fold => JsonSerializer.SerializeToUtf8Bytes(fold, JsonSerializerOptions.Web).Length).ToArray();
        TestContext.Current.SendDiagnosticMessage(
            $"{definitions:N0} bytes of definitions, {perTick:N0} bytes per tick, longest fold {longest:0.0} ms, "
            + $"two ticks with all definitions {live:0.00} ms, "
            + $"catch-up {catchUp.Length} folds, {bytes[0]:N0} + {bytes[1..].Sum():N0} bytes of JSON");
        Assert.InRange(perTick, 2000, 12_000);
        Assert.InRange(longest, 0, 500);
        Assert.Equal(6, catchUp.Length);
        Assert.InRange(bytes.Sum(), 3_000_000, 6_000_000);
    }

    [Fact]
    public async Task A_late_joiner_of_a_large_session_gets_what_it_is_made_of_in_pieces_and_then_the_counts()
    {
        var recording = new Recording(1, hasStacks: true);
        recording.Append(Empty with { Stacks = Wide(60_000) });
        recording.Complete();
        var (pieces, whole) = (new FoldSum(), new FoldSum());
        var sizes = new List<int>();
        await foreach (var folds in recording.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            Array.ForEach(folds, pieces.Add);
            sizes.Add(JsonSerializer.SerializeToUtf8Bytes(folds, JsonSerializerOptions.Web).Length);
        }

        whole.Add(recording.Fold(0, 1));
        Assert.Equal(whole.ToString(), pieces.ToString());
        Assert.InRange(sizes.Count, 8, 12);
        Assert.All(sizes, size => Assert.InRange(size, 1, 600_000));
    }

    /// <summary>Each second brings fewer nodes than are sent in pieces, and each is a fold: together they are too much.</summary>
    [Fact]
    public async Task The_last_seconds_of_a_session_that_grew_in_them_come_in_several_messages()
    {
        const int each = 15_000;
        var recording = new Recording(1, hasStacks: true);
        for (var second = 0; second < 4; second++)
        {
            var (wide, first) = (Wide(each), second * each);
            recording.Append(new Tick(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(second + 1), [], default, 0)
            {
                Stacks = new StackChanges(
                    second == 0 ? wide.Frames : [],
                    [.. wide.Nodes.Select((node, index) => node with { Parent = index % 10 == 0 ? 0 : first + index })],
                    second == 0 ? wide.Contexts : [],
                    [.. wide.Series.Select(series => series with { Node = first + series.Node })],
                    [.. wide.Counts.Select(count => count with { Slot = first + count.Slot })]),
            });
        }

        recording.Complete();
        var (parts, whole, sizes) = (new FoldSum(), new FoldSum(), new List<int>());
        await foreach (var folds in recording.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            Array.ForEach(folds, parts.Add);
            sizes.Add(JsonSerializer.SerializeToUtf8Bytes(folds, JsonSerializerOptions.Web).Length);
        }

        whole.Add(recording.Fold(0, 4));
        Assert.Equal(whole.ToString(), parts.ToString());
        Assert.All(sizes, size => Assert.InRange(size, 1, 700_000));
    }

    /// <summary>As many series as nodes and a tenth as many frames, ten nodes deep, each counted once.</summary>
    private static StackChanges Wide(int series) => new(
        [.. Enumerable.Range(0, series / 10).Select(frame => new Frame($"function_{frame}", "/usr/lib/libapp.so", FrameKind.User))],
        [.. Enumerable.Range(0, series).Select(node => new StackNode(node % 10 == 0 ? 0 : node, node % (series / 10)))],
        [new StackContext(1, 0, -1, "c")],
        [.. Enumerable.Range(1, series).Select(node => new StackSeries(0, node, StackQuality.Good))],
        [.. Enumerable.Range(0, series).Select(id => new CountDelta(id, 1))]);

    private static Tick Empty => new(TimeSpan.Zero, TimeSpan.FromSeconds(0.1), [], default, 0);

    /// <summary>One frame and one context, and what else is given.</summary>
    private static StackChanges Changes(
        StackNode[]? nodes = null, StackSeries[]? series = null, CountDelta[]? counts = null) =>
        new([new Frame("f", null, FrameKind.User)], nodes ?? [], [new StackContext(1, 0, -1, "c")], series ?? [], counts ?? []);

    private static Recording Record(Tick[] ticks)
    {
        var recording = new Recording(RandomTicks.Slots, hasStacks: true);
        Array.ForEach(ticks, recording.Append);
        return recording;
    }

    private static IEnumerable<(int, long)> Sums(IEnumerable<CountDelta> counts) =>
        counts.GroupBy(count => count.Slot).OrderBy(group => group.Key).Select(group => (group.Key, group.Sum(count => count.Delta)));

    /// <summary>What a viewer does with folds: definitions are appended, numbers added.</summary>
    private sealed class FoldSum
    {
        private readonly List<FrameInfo> frames = [];
        private readonly List<(int, int)> nodes = [];
        private readonly List<ContextInfo> contexts = [];
        private readonly List<(int, int, int)> series = [];
        private readonly SortedDictionary<int, long> counts = [];
        private readonly SortedDictionary<int, long> slots = [];
        private readonly SortedDictionary<string, long> losses = new(StringComparer.Ordinal);

        public void Add(Fold fold)
        {
            var stacks = fold.Stacks!;
            Assert.Equal(
                (frames.Count, nodes.Count + 1, contexts.Count, series.Count),
                (stacks.FirstFrame, stacks.FirstNode, stacks.FirstContext, stacks.FirstSeries));
            frames.AddRange(stacks.Frames);
            nodes.AddRange(stacks.Parents.Zip(stacks.NodeFrames));
            contexts.AddRange(stacks.Contexts);
            series.AddRange(stacks.SeriesContexts.Select((context, i) => (context, stacks.SeriesNodes[i], stacks.SeriesQualities[i])));
            Add(counts, stacks.Series.Zip(stacks.Counts));
            Add(slots, fold.Slots.Zip(fold.Counts));
            Add(losses, fold.Losses.Select(loss => (loss.Cause, loss.Count)));
        }

        public override string ToString() =>
            JsonSerializer.Serialize(new object[] { frames, contexts, counts, slots, losses })
            + $"{string.Join(' ', nodes)} {string.Join(' ', series)}";

        private static void Add<T>(SortedDictionary<T, long> sums, IEnumerable<(T, long)> added)
            where T : notnull
        {
            foreach (var (key, count) in added)
            {
                sums[key] = sums.GetValueOrDefault(key) + count;
            }
        }
    }
}
