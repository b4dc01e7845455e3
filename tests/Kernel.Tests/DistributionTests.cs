using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What argdist counts of values whose distribution is known.</summary>
public sealed class DistributionTests
{
    private const int Timeout = 120_000;

    [Fact(Timeout = Timeout)]
    public async Task Values_are_counted_exactly()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:take(long value):long:value'");
        await workload.RunAsync("take 7 5", "take -3 2", "take 7 1");
        session.Tick();
        await workload.RunAsync("take -3 40");
        Assert.Equal(["-3: 42", "7: 6"], session.Finish().Values());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_tuple_is_told_apart_by_each_of_its_values()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:pair(int key, long value):int,u8:key,value%2'");
        await workload.RunAsync("pair 3 12");
        Assert.Equal(["0, 0: 2", "0, 1: 2", "1, 0: 2", "1, 1: 2", "2, 0: 2", "2, 1: 2"], session.Finish().Values());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_text_ends_where_it_ends()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(
            workload, "-C 'p:{0}:tell(char *text):char*:text' -C 'p:{0}:named(struct request *request):char*:request->name'");
        await workload.RunAsync("tell 30", "named 10", "null 0");
        session.Finish();
        Assert.Equal(["<fault>: 1", "common: 20", "rare: 10"], session.Values());
        Assert.Equal(["12345678: 5", "ab: 5"], session.Values(1));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("request->name == \"12345678\"", 5)]
    [InlineData("request->name == \"1234567\"", 0)]
    [InlineData("request->name == \"123456789\"", 0)]
    [InlineData("request->name startswith \"12345678\"", 5)]
    [InlineData("request->name contains \"78\"", 5)]
    [InlineData("request->name == \"ab\"", 5)]
    [InlineData("request->name startswith \"ab\"", 5)]
    [InlineData("request->name == request->name", 10)]
    [InlineData("$func == \"named\"", 10)]
    [InlineData("$func == \"name\"", 0)]
    public async Task An_array_that_is_full_is_a_text_without_an_end(string condition, long count)
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, $"-C 'p:{{0}}:named(struct request *request):int:1:{condition}'");
        await workload.RunAsync("named 10");
        Assert.Equal(count == 0 ? [] : [$"1: {count}"], session.Finish().Values());
    }

    [Fact(Timeout = Timeout)]
    public async Task Texts_are_as_long_as_the_command_says()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-z 4 -C 'p:{0}:tell(char *text):char*:text'");
        await workload.RunAsync("tell 3");
        Assert.Equal(["com: 2", "rar: 1"], session.Finish().Values());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_filter_decides_in_the_kernel()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:take(long value):long:value:value>2&&value!=5#above two'");
        await workload.RunAsync("range 0 8");
        Assert.Equal(["3: 1", "4: 1", "6: 1", "7: 1"], session.Finish().Values());
        Assert.Equal("above two", session.Bound.Distributions[0].Label);
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_an_expression_calls_are_counted_or_results()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:give()' -C 'r:{0}:give()'");
        await workload.RunAsync("give -5 3", "give 2 1");
        session.Finish();
        Assert.Equal([": 4"], session.Values());
        Assert.Equal(["-5: 3", "2: 1"], session.Values(1));
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_bucket_of_a_histogram_is_exact()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-H 'p:{0}:take(long value):long:value'");
        await workload.RunAsync("range -40 5000");
        session.Finish();
        var expected = Enumerable.Range(-40, 5040).GroupBy(value => new LogBuckets().BucketOf(value, true))
            .OrderBy(bucket => bucket.Key)
            .Select(bucket => $"{bucket.Min()}..{bucket.Max()}: {bucket.Count()}").ToList();
        expected[0] = "-43..-40: 1"; // a bucket of four, of which one came
        expected[^1] = "4608..5119: 392";
        Assert.Equal(expected, session.Histogram());
        Assert.Equal((5040, Enumerable.Range(-40, 5040).Sum(value => (long)value), -40, 4999), session.Summary());
    }

    [Fact(Timeout = Timeout)]
    public async Task Extremes_of_all_64_bits_have_buckets()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(
            workload, "-H 'p:{0}:take(long value):long:value' -H 'r:{0}:wide():u64:$retval'");
        await workload.RunAsync("take -9223372036854775808 2", "take 9223372036854775807 1", "take 0 1", "wide 0");
        session.Finish();
        Assert.Equal(
            ["-9223372036854775808..-9223372036854775808: 2", "0..0: 1", "8646911284551352320..9223372036854775807: 1"],
            session.Histogram());
        Assert.Equal(["17293822569102704640..18446744073709551615: 1"], session.Histogram(1));
        Assert.Equal(18446744073709551615d, session.Summary(1).Max);
    }

    [Fact(Timeout = Timeout)]
    public async Task Buckets_of_equal_width_have_two_ends()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "--linear -10,25,10 -H 'p:{0}:take(long value):long:value'");
        await workload.RunAsync("range -12 30");
        Assert.Equal(
            ["..-11: 2", "-10..-1: 10", "0..9: 10", "10..19: 10", "20..24: 5", "25..: 5"], session.Finish().Histogram());
    }

    [Fact(Timeout = Timeout)]
    public async Task There_is_a_histogram_for_each_key()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-H 'p:{0}:pair(int key, long value):int,long:key,value'");
        await workload.RunAsync("pair 2 6");
        Assert.Equal(
            ["0 0..0: 1", "0 2..2: 1", "0 4..4: 1", "1 1..1: 1", "1 3..3: 1", "1 5..5: 1"], session.Finish().Histogram());
    }

    [Fact(Timeout = Timeout)]
    public async Task Results_below_zero_are_in_the_histogram()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-H 'r:{0}:give()'");
        await workload.RunAsync("give -1 4", "give 12 3");
        Assert.Equal(["-1..-1: 4", "12..12: 3"], session.Finish().Histogram());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_latency_of_a_sleep_is_in_its_bucket()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-H 'r:{0}:doze(long us):u64,u64:$entry(us),$latency/1000:$latency>0'");
        await workload.RunAsync("doze 2000 5", "doze 30000 3");
        session.Finish();
        Assert.All(session.Histogram(), bucket => Assert.True(First(bucket) <= Low(bucket) + (Low(bucket) / 8) + 1, bucket));
        var (count, sum, min, _) = session.Summary();
        Assert.Equal(8, count);
        Assert.InRange(sum, 5 * 2000 + 3 * 30000, long.MaxValue);
        Assert.InRange(min, 2000, double.MaxValue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_call_of_a_function_that_calls_itself_has_its_own_latency()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'r:{0}:nest(long depth):long,u64:$entry(depth),$latency/2000000>=$entry(depth)'");
        await workload.RunAsync("nest 4");
        Assert.Equal(["1, 1: 1", "2, 1: 1", "3, 1: 1", "4, 1: 1"], session.Finish().Values());
    }

    /// <summary>To read all of them ten times a second would cost more than to count them.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Many_values_are_not_read_in_every_tick_but_all_are_there_in_the_end()
    {
        const int keys = 32_000;
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:pair(int key):int:key'");
        await workload.RunAsync($"pair {keys} {keys}");
        session.Tick();
        session.Tick();
        await workload.RunAsync("pair 1 3");
        session.Tick();
        Assert.Equal((keys + 3, keys), (session.Events, session.Counted));
        for (var tick = 0; tick < 10; tick++)
        {
            session.Tick();
        }

        Assert.Equal(keys + 3, session.Counted);
        await workload.RunAsync("pair 1 4");
        session.Finish();
        Assert.Equal(keys + 7, session.Counted);
    }

    [Fact(Timeout = Timeout)]
    public async Task Processes_and_names_are_values_too()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:take():u32,char*:$PID,$COMM'");
        await workload.RunAsync("take 1 2", "rename 1", "take 1 3");
        Assert.Equal([$"{workload.Pid}, other: 3", $"{workload.Pid}, spread: 2"], session.Finish().Values());
    }

    [Fact(Timeout = Timeout)]
    public async Task One_thread_of_a_process_is_told_from_others()
    {
        using var workload = Workload.StartSpread();
        using var other = Workload.StartSpread();
        using var session = Distributing.Start($"-t {workload.Pid} -C 'p:{Workload.SpreadFile}:take(long value):long:value'");
        await workload.RunAsync("take 1 2");
        await other.RunAsync("take 2 3");
        Assert.Equal(["1: 2"], session.Finish().Values());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_USDT_probe_has_distributions_too()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'u:{0}:request():u8:arg2' -H 'u:{0}:request():u64:arg1'");
        await workload.RunAsync("probe 254 258");
        session.Finish();
        Assert.Equal(["0: 1", "1: 1", "254: 1", "255: 1"], session.Values());
        Assert.Equal(["240..255: 2", "256..287: 2"], session.Histogram(1));
    }

    [Fact(Timeout = Timeout)]
    public async Task One_tracepoint_serves_two_distributions()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(
            workload, "-C 't:syscalls:sys_enter_write():int:args->fd' -H 't:syscalls:sys_enter_write():u64:count'");
        await workload.RunAsync("take 0 0", "take 0 0");
        session.Finish();
        Assert.Equal(["1: 2"], session.Values());
        Assert.Equal(["5..5: 2"], session.Histogram(1)); // "done" and the end of the line
    }

    [Fact(Timeout = Timeout)]
    public async Task A_full_map_counts_what_it_turns_away()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-C 'p:{0}:take(long value):long:value'", image => image with
        {
            Maps = [.. image.Maps.Select(map => map.Name == "distribution"
                ? map with { Inner = map.Inner! with { MaxEntries = 16 } }
                : map)],
        });
        await workload.RunAsync("range 0 3000", "take 0 5", "take 2999 4");
        session.Finish();
        Assert.Equal(16, session.Values().Count());
        Assert.Contains("0: 6", session.Values());
        Assert.Equal(3009 - 16 - 5, session.Losses[LossCause.MapFull]);
        Assert.InRange(session.KeysTurnedAway, 2800, 3200);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_be_measured_is_in_the_ledger()
    {
        using var workload = Workload.StartSpread();
        using var session = Start(workload, "-H 'p:{0}:tell(char *text):u8:text[0]'");
        await workload.RunAsync("tell 2", "null 0");
        session.Finish();
        Assert.Equal(1, session.Losses[LossCause.Unreadable]);
        Assert.Equal(2, session.Summary().Count);
    }

    private static Distributing Start(Workload workload, string command, Func<ProgramImage, ProgramImage>? change = null) =>
        Distributing.Start($"-p {workload.Pid} {command.Replace("{0}", Workload.SpreadFile)}", change);

    /// <summary>The key of a line, which is the time that was slept.</summary>
    private static double First(string line) => double.Parse(line.Split(' ')[0]);

    /// <summary>Where its bucket begins.</summary>
    private static double Low(string line) => double.Parse(line.Split(' ')[1].Split("..")[0]);
}
