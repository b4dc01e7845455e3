using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Tests;

/// <summary>Ticks of a session with stacks, as wild as they may be, the same for the same seed.</summary>
internal sealed class RandomTicks(int seed)
{
    public const int Slots = 3;
    private readonly Random random = new(seed);
    private int frames;
    private int nodes;
    private int contexts;
    private int series;

    public Tick[] Take(int count) => [.. Enumerable.Range(0, count).Select(Next)];

    private Tick Next(int tick) => new(
        TimeSpan.FromSeconds(tick / 10.0),
        TimeSpan.FromSeconds((tick + 1) / 10.0),
        Counts(Slots),
        new ProgramCost(random.Next(1000), random.Next(1_000_000)),
        random.Next(3))
    {
        Stacks = random.Next(5) == 0 ? null : Stacks(),
        Losses = [.. Enum.GetValues<LossCause>().Where(_ => random.Next(10) == 0).Select(cause => new LossDelta(cause, random.Next(1, 100)))],
    };

    private StackChanges Stacks()
    {
        var newFrames = Some(5, () => new Frame(
            $"f{frames++}", random.Next(2) == 0 ? null : "/lib/libc.so.6", (FrameKind)random.Next(6),
            random.Next(2) == 0 ? null : (ulong)random.NextInt64(), random.Next(2) == 0 ? null : (ulong)random.NextInt64()));
        var newNodes = frames == 0 ? [] : Some(20, () => new StackNode(random.Next(++nodes), random.Next(frames)));
        var newContexts = Some(2, () => new StackContext(++contexts, random.Next(3), random.Next(-1, 4), $"comm{random.Next(4)}"));
        var newSeries = contexts == 0 ? [] : Some(10, () =>
        {
            series++;
            return new StackSeries(random.Next(contexts), random.Next(nodes + 1), (StackQuality)random.Next(32));
        });
        return new StackChanges(newFrames, newNodes, newContexts, newSeries, Counts(series));
    }

    private CountDelta[] Counts(int limit) =>
    [
        .. Some(limit == 0 ? 0 : 20, () => random.Next(limit)).Distinct().Order()
            .Select(id => new CountDelta(id, 1 + random.NextInt64(1L << random.Next(1, 40)))),
    ];

    private T[] Some<T>(int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];
}
