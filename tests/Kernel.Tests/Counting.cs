using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Sessions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>A command running on the real kernel, and its counts by row name.</summary>
internal sealed class Counting : IDisposable
{
    private static readonly TracingEngine Engine = new(new LiveKernelCatalog());
    private readonly BoundSpec _bound;
    private readonly Dictionary<string, long> _totals = [];

    private Counting(BoundSpec bound, TracingSession session) => (_bound, Session) = (bound, session);

    internal TracingSession Session { get; }

    /// <summary>Compiles without mistakes, or fails the test with the rendered diagnostics.</summary>
    internal static CompileResult Compile(string command)
    {
        var compiled = Engine.Compile(command);
        Assert.True(
            compiled.Diagnostics.Count == 0,
            string.Join('\n', compiled.Diagnostics.Select(diagnostic => diagnostic.Render(command))));
        return compiled;
    }

    internal static Counting Start(string command) => Start(Compile(command));

    /// <summary>Starts with all groups limited to one way of attaching, as on a kernel that has only that.</summary>
    internal static Counting Start(string command, AttachMechanism only) => Start(Compile(command), only);

    /// <summary>Starts what was compiled; what went wrong then is an exception.</summary>
    internal static Counting Start(CompileResult compiled) => compiled is { Image: { } image, Bound: { } bound }
        ? new Counting(bound, TracingSession.Start(
            image, bound.Targets, cancel: TestContext.Current.CancellationToken))
        : throw new InvalidOperationException("nothing to start");

    internal static Counting Start(CompileResult compiled, AttachMechanism only)
    {
        var image = compiled.Image!; // No diagnostics, so there is an image.
        return Start(compiled with
        {
            Image = image with { Groups = [.. image.Groups.Select(group => Only(group, only))] },
        });
    }

    /// <summary>Hits the kernel reported as missed in the ticks so far.</summary>
    internal long Misses { get; private set; }

    /// <summary>Reads a tick and returns what it added, by row; rows that did not move are absent.</summary>
    internal Dictionary<string, long> Tick()
    {
        var added = new Dictionary<string, long>();
        var tick = Session.TakeTick();
        Misses += tick.Misses;
        foreach (var (slot, delta) in tick.Counts)
        {
            var name = _bound.Targets[slot].Name;
            added[name] = delta;
            _totals[name] = _totals.GetValueOrDefault(name) + delta;
        }

        return added;
    }

    /// <summary>The total of a row after one more tick.</summary>
    internal long Count(string name)
    {
        Tick();
        return _totals.GetValueOrDefault(name);
    }

    /// <summary>All rows after one more tick, by name.</summary>
    internal IReadOnlyDictionary<string, long> Totals()
    {
        Tick();
        return _totals;
    }

    public void Dispose() => Session.Dispose();

    private static ProbeGroup Only(ProbeGroup group, AttachMechanism only) =>
        group with { Alternatives = [.. group.Alternatives.Where(way => way.Mechanism == only)] };
}
