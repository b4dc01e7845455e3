using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Kernel.Tests;

/// <summary>A stackcount command running on the real kernel, and all that its ticks brought, put together.</summary>
internal sealed class Stacking : IDisposable
{
    private static readonly SymbolizerCache Symbols = new();

    private readonly List<Frame> _frames = [];
    private readonly List<StackNode> _nodes = [default];
    private readonly List<StackContext> _contexts = [];
    private readonly List<StackSeries> _series = [];
    private readonly Dictionary<int, long> _counts = [];
    private readonly Dictionary<LossCause, long> _losses = [];

    private Stacking(TracingSession session) => Session = session;

    internal TracingSession Session { get; }

    /// <summary>Events by slots: what was generated.</summary>
    internal long Generated { get; private set; }

    /// <summary>Events that stacks were found for.</summary>
    internal long Shown => _counts.Values.Sum();

    internal IReadOnlyDictionary<LossCause, long> Losses => _losses;

    internal IReadOnlyList<StackContext> Contexts => _contexts;

    /// <summary>Everything that is in the result: its series with their counts.</summary>
    internal IEnumerable<CountedStack> Stacks => _counts.Select(pair => new CountedStack(
        _contexts[_series[pair.Key].Context], Path(_series[pair.Key].Node), _series[pair.Key].Quality, pair.Value));

    /// <summary>Starts a command; <paramref name="change"/> may make its maps smaller.</summary>
    internal static Stacking Start(
        string command, Func<ProgramImage, ProgramImage>? change = null, Func<ISymbolizer>? symbolizer = null,
        bool perfBuffers = false)
    {
        var bound = Counting.Compile(command).Bound!; // Compile fails the test without one.
        var image = ProgramBuilder.Build(bound with { Options = bound.Options with { PerfBuffers = perfBuffers } });
        return new Stacking(TracingSession.Start(
            change?.Invoke(image) ?? image, bound.Targets, symbolizer: symbolizer ?? Symbols.CreateSymbolizer,
            cancel: TestContext.Current.CancellationToken));
    }

    /// <summary>The same, by one way of attaching only.</summary>
    internal static Stacking Start(string command, AttachMechanism only) => Start(command, image => image with
    {
        Groups = [.. image.Groups.Select(group => group with
        {
            Alternatives = [.. group.Alternatives.Where(way => way.Mechanism == only)],
        })],
    });

    /// <summary>Reads a tick and adds it to what is there; definitions must continue where they ended.</summary>
    internal Tick Tick()
    {
        var tick = Session.TakeTick();
        var stacks = tick.Stacks!; // A session of stackcount always has them.
        Generated += tick.Counts.Sum(count => count.Delta);
        _frames.AddRange(stacks.Frames);
        _nodes.AddRange(stacks.Nodes);
        _contexts.AddRange(stacks.Contexts);
        _series.AddRange(stacks.Series);
        foreach (var (series, delta) in stacks.Counts)
        {
            _counts[series] = _counts.GetValueOrDefault(series) + delta;
        }

        foreach (var (cause, count) in tick.Losses)
        {
            _losses[cause] = _losses.GetValueOrDefault(cause) + count;
        }

        return tick;
    }

    /// <summary>Stops counting, reads the last tick, and checks that every event is accounted for.</summary>
    internal Tick Finish()
    {
        Session.StopCounting();
        var last = Tick();
        Assert.Equal(0, Session.Stacks!.Waiting); // It is a session with stacks.
        Assert.Equal(Generated, Shown + _losses.Values.Sum());
        return last;
    }

    /// <summary>Folded: "outermost;…;innermost COUNT", sorted; equal stacks of different owners are one line.</summary>
    internal IReadOnlyList<string> Folded() => Fold(path => path);

    /// <summary>The same without what libc does before it calls main.</summary>
    internal IReadOnlyList<string> FoldedFromMain() => Fold(path =>
        path.IndexOf(";main;", StringComparison.Ordinal) is var main and >= 0 ? path[(main + 1)..] : path);

    private IReadOnlyList<string> Fold(Func<string, string> change) =>
    [
        .. Stacks
            .GroupBy(stack => change(string.Join(';', stack.Path.Select(frame => frame.Name))))
            .Select(group => $"{group.Key} {group.Sum(stack => stack.Count)}")
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => Session.Dispose();

    private List<Frame> Path(int node)
    {
        var path = new List<Frame>();
        for (; node != 0; node = _nodes[node].Parent)
        {
            path.Add(_frames[_nodes[node].Frame]);
        }

        path.Reverse();
        return path;
    }
}

/// <summary>A series, its frames from the outermost on, and its count.</summary>
internal sealed record CountedStack(StackContext Context, IReadOnlyList<Frame> Path, StackQuality Quality, long Count);
