using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Kernel.Tests;

/// <summary>An argdist session, and what it counted as plain text.</summary>
internal sealed class Distributing : IDisposable, IAddressNames
{
    private readonly TracingSession _session;
    private readonly DistributionRenderer _renderer;
    private readonly List<DistributionKey> _keys = [];
    private readonly List<DistributionSeries> _series = [];
    private readonly Dictionary<int, (long Count, Measure Measure)> _sums = [];

    private Distributing(BoundSpec bound, TracingSession session) =>
        (Bound, _session, _renderer) = (bound, session, new DistributionRenderer(bound, this));

    internal BoundSpec Bound { get; }

    /// <summary>What was lost so far.</summary>
    internal Dictionary<LossCause, long> Losses { get; } = [];

    /// <summary>About how many keys found no room.</summary>
    internal long KeysTurnedAway { get; private set; }

    /// <summary>Hits for which the predicates held.</summary>
    internal long Events { get; private set; }

    /// <summary>Hits that are in the distributions so far.</summary>
    internal long Counted => _sums.Values.Sum(sum => sum.Count);

    internal static Distributing Start(string arguments, Func<ProgramImage, ProgramImage>? change = null)
    {
        var compiled = Counting.Compile($"argdist {arguments}");
        var (bound, image) = (compiled.Bound!, compiled.Image!); // Compile fails the test without them.
        var session = TracingSession.Start(change?.Invoke(image) ?? image, bound.Targets);
        Assert.Empty(session.Report.Skipped);
        return new Distributing(bound, session);
    }

    /// <summary>Takes in what came since.</summary>
    internal void Tick()
    {
        var tick = _session.TakeTick();
        var changes = tick.Distributions!; // a session with distributions always has them
        Events += tick.Counts.Sum(count => count.Delta);
        _keys.AddRange(changes.Keys);
        _series.AddRange(changes.Series);
        KeysTurnedAway = Math.Max(KeysTurnedAway, changes.KeysTurnedAway);
        foreach (var (count, measure) in changes.Counts.Zip(changes.Measures))
        {
            var before = _sums.GetValueOrDefault(count.Slot);
            _sums[count.Slot] = (before.Count + count.Delta, measure with { Sum = measure.Sum + before.Measure.Sum });
        }

        foreach (var (cause, count) in tick.Losses)
        {
            Losses[cause] = Losses.GetValueOrDefault(cause) + count;
        }
    }

    /// <summary>Stops and takes in what is left; every event must be in a distribution, or lost for a cause.</summary>
    internal Distributing Finish()
    {
        _session.StopCounting();
        Tick();
        Assert.Equal(Events, Counted + Losses.Values.Sum());
        return this;
    }

    /// <summary>The values of a distribution with their counts: <c>7, "abc": 3</c>.</summary>
    internal IEnumerable<string> Values(int distribution = 0) =>
        Of(distribution).Select(one => $"{Key(one.Series.Key)}: {_sums[one.Id].Count}").Order(StringComparer.Ordinal);

    /// <summary>The buckets of a histogram that are not empty: <c>16..17: 3</c>, behind the key if there is one.</summary>
    internal IEnumerable<string> Histogram(int distribution = 0) =>
        from one in Of(distribution)
        orderby Key(one.Series.Key), one.Series.Bucket
        let key = Key(one.Series.Key)
        let range = Bound.Distributions[distribution].Buckets!.Range(one.Series.Bucket) // a histogram has buckets
        select $"{(key.Length > 0 ? key + " " : "")}{range.Low}..{range.High}: {_sums[one.Id].Count}";

    /// <summary>Count, sum, smallest and largest value of a whole distribution.</summary>
    internal (long Count, long Sum, double Min, double Max) Summary(int distribution = 0)
    {
        var all = Of(distribution).Select(one => _sums[one.Id]).ToList();
        return (all.Sum(sum => sum.Count), all.Sum(sum => sum.Measure.Sum), all.Min(sum => sum.Measure.Min), all.Max(sum => sum.Measure.Max));
    }

    public void Dispose() => _session.Dispose();

    void IAddressNames.Meet(int pid, ReadOnlySpan<byte> comm)
    {
    }

    string IAddressNames.Kernel(ulong address) => "kernel";

    string IAddressNames.User(int pid, ulong address) => "user";

    IReadOnlyList<ResolvedFrame> IAddressNames.Stack(int? pid, ReadOnlySpan<ulong> addresses) => [];

    private IEnumerable<(int Id, DistributionSeries Series)> Of(int distribution) =>
        _sums.Keys.Select(id => (id, _series[id])).Where(one => _keys[one.Item2.Key].Distribution == distribution);

    private string Key(int key) => string.Join(", ", _renderer.Show(_keys[key]).Select(value => value.Text));
}
