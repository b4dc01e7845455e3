using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Server.Tests;

/// <summary>What recordings do with distributions.</summary>
public sealed class DistributionRecordingTests
{
    private const string Command = "argdist -C 'p:c:write(int fd):int:fd' -H 'p:c:write(int fd, char *b, size_t n):int,long:fd,n'";

    [Fact]
    public void The_folds_of_any_partition_add_up_and_define_everything_once() =>
        Prop.ForAll<int>(seed =>
        {
            var recording = Random(seed, 700).Recording;
            var random = new Random(~seed);
            long[] bounds = [0, .. Enumerable.Range(0, random.Next(12)).Select(_ => random.NextInt64(701)).Order(), 700];
            var parts = bounds.Zip(bounds.Skip(1)).Select(range => recording.Fold(range.First, range.Second).Distributions!).ToList();
            var whole = recording.FoldFromNothing(0, 700).Distributions!;
            Assert.Equal(whole.Keys.Select(Words), parts.SelectMany(part => part.Keys).Select(Words));
            Assert.Equal(whole.SeriesBuckets, parts.SelectMany(part => part.SeriesBuckets));
            Assert.Equal(whole.SeriesKeys, parts.SelectMany(part => part.SeriesKeys));
            Assert.Equal(Sums([whole]), Sums(parts));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Whoever_comes_late_is_told_all_keys()
    {
        var recording = Random(7, 300).Recording;
        var (late, whole) = (recording.FoldFromNothing(290, 300).Distributions!, recording.Fold(0, 300).Distributions!);
        Assert.Equal(whole.Keys.Select(Words), late.Keys.Select(Words));
        Assert.Equal(0, late.FirstKey);
        Assert.Equal(Sums([recording.Fold(290, 300).Distributions!]), Sums([late]));
    }

    /// <summary>A minute of each would be a message of many megabytes.</summary>
    [Theory]
    [InlineData(100, 60, 1)]
    [InlineData(3000, 16, 5)]
    [InlineData(12_000, 5, 6)]
    public async Task A_late_joiner_to_many_series_gets_fewer_seconds_of_them_and_in_messages_that_are_quickly_read(
        int keys, int seconds, int messages)
    {
        var scripted = new ScriptedDistributions(Command);
        for (var tick = 0; tick < 650; tick++)
        {
            for (var fd = 0; tick % 10 == 0 && fd < keys; fd++)
            {
                scripted.Measure(1, fd % 100, 1, fd);
            }

            scripted.Tick();
        }

        scripted.Recording.Complete();
        var (folds, sizes) = (new List<Fold>(), new List<int>());
        await foreach (var message in scripted.Recording.WatchAsync(0, TestContext.Current.CancellationToken))
        {
            folds.AddRange(message);
            sizes.Add(JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web).Length);
        }

        Assert.Equal(seconds + 1, folds.Count);
        Assert.Equal(messages, sizes.Count);
        Assert.All(sizes.Skip(1), size => Assert.InRange(size, 1, 600_000)); // the first has what all are called
        Assert.Equal(65 * keys, folds.Sum(fold => fold.Distributions!.Counts.Sum())); // each has them
    }

    [Fact]
    public void A_heat_map_has_the_histogram_of_each_stretch()
    {
        var recording = Random(3, 500).Recording;
        var map = recording.HeatMap(new HeatMapQuery(1, null, 50));
        Assert.Equal([0, 16, 32], map.Ticks.Take(3));
        Assert.Equal((500, map.Ticks.Count), (map.Ticks[^1], map.Columns.Count + 1));
        foreach (var (index, column) in map.Columns.Index())
        {
            Assert.Equal(Histogram(recording.Fold(map.Ticks[index], map.Ticks[index + 1]), recording, null), column.Buckets.Zip(column.Counts));
        }

        var ofKey = recording.HeatMap(new HeatMapQuery(1, 1, 1)).Columns[0];
        Assert.Equal(Histogram(recording.Fold(0, 500), recording, 1), ofKey.Buckets.Zip(ofKey.Counts));
    }

    [Fact]
    public void A_heat_map_without_some_keys_is_that_of_the_others()
    {
        var recording = Random(3, 500).Recording;
        var (all, hidden) = (One(new(1, null, 1)), One(new(1, 1, 1)));
        Assert.NotEmpty(hidden);
        var rest = One(new(1, null, 1, Hidden: [1]));
        Assert.Equal(
            all.Select(bucket => (bucket.Key, bucket.Value - hidden.GetValueOrDefault(bucket.Key))).Where(bucket => bucket.Item2 > 0),
            rest.Select(bucket => (bucket.Key, bucket.Value)));

        SortedDictionary<int, long> One(HeatMapQuery query)
        {
            var column = recording.HeatMap(query).Columns[0];
            return new(column.Buckets.Zip(column.Counts).ToDictionary(bucket => bucket.First, bucket => bucket.Second));
        }
    }

    [Theory]
    [InlineData(2, 10, "Distributions are numbered from 0 to 1.")]
    [InlineData(-1, 10, "Distributions are numbered from 0 to 1.")]
    [InlineData(0, 0, "A heat map has 1 to 1000 columns.")]
    [InlineData(0, 1001, "A heat map has 1 to 1000 columns.")]
    public void A_heat_map_of_nothing_is_refused(int distribution, int columns, string problem) =>
        Assert.Equal(problem, Random(1, 2).Recording.WhyNot(new HeatMapQuery(distribution, null, columns)));

    [Fact]
    public void Calls_that_have_not_returned_are_those_at_the_end_of_a_range()
    {
        var recording = Random(1, 1).Recording;
        foreach (var (index, open) in new long[] { 4, 0, 2 }.Index())
        {
            var start = TimeSpan.FromMilliseconds(100 * (index + 1));
            recording.Append(new Tick(start, start + TimeSpan.FromMilliseconds(100), [], default, 0) { OpenCalls = open });
        }

        Assert.Equal([null, 4L, 0L, 2L], Enumerable.Range(1, 4).Select(to => recording.Fold(0, to).OpenCalls));
    }

    [Fact]
    public void A_tick_that_does_not_fit_is_refused_and_changes_nothing()
    {
        var scripted = Random(1, 3);
        var tick = new Tick(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(400), [], default, 0);
        foreach (var changes in new DistributionChanges[]
        {
            new([new DistributionKey(9, new byte[24])], [], [], []),
            new([new DistributionKey(0, new byte[23])], [], [], []),
            new([], [new DistributionSeries(99, 0)], [], []),
            new([], [], [new CountDelta(999, 1)], [default]),
            new([], [], [new CountDelta(0, 1)], []),
        })
        {
            Assert.Throws<ArgumentException>(() => scripted.Recording.Append(tick with { Distributions = changes }));
        }

        Assert.Equal(3, scripted.Recording.End);
    }

    private static ScriptedDistributions Random(int seed, int ticks)
    {
        var (random, scripted) = (new Random(seed), new ScriptedDistributions(Command));
        for (var tick = 0; tick < ticks; tick++)
        {
            for (var hits = random.Next(4); hits > 0; hits--)
            {
                scripted.Count(0, random.Next(1, 5), random.Next(6));
                scripted.Measure(1, random.Next(-50, 5000), random.Next(1, 3), random.Next(3));
            }

            scripted.Tick();
        }

        return scripted;
    }

    private static Dictionary<int, (long, double)> Sums(IEnumerable<DistributionFold> folds) => folds
        .SelectMany(fold => fold.Series.Select((id, index) => (id, fold.Counts[index], fold.Sums[index])))
        .GroupBy(one => one.id)
        .OrderBy(one => one.Key)
        .ToDictionary(one => one.Key, one => (one.Sum(it => it.Item2), one.Sum(it => it.Item3)));

    private static IEnumerable<(int, long)> Histogram(Fold fold, Recording recording, int? key) => fold.Distributions!.Series
        .Zip(fold.Distributions.Counts, (id, count) => (Series: recording.Distributions!.Series(id), count))
        .Where(one => recording.Distributions!.Key(one.Series.Key).Distribution == 1 && (key is null || key == one.Series.Key))
        .GroupBy(one => one.Series.Bucket)
        .OrderBy(bucket => bucket.Key)
        .Select(bucket => (bucket.Key, bucket.Sum(one => one.count)));

    private static string Words(DistributionKeyInfo key) => $"{key.Distribution} {string.Join(' ', key.Cells.Select(cell => cell.Text))}";
}
