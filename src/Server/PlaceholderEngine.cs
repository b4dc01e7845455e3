using System.Diagnostics;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server;

/// <summary>Invented counts, so that pages can be built before the real engine is merged; deleted with that merge.</summary>
internal sealed class PlaceholderEngine : ITracingEngine
{
    private static readonly ToolDefinition Tool = new("funccount", "Counts functions", [], []);

    public CompileResult Compile(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return new CompileResult(text, null, null, null,
                [new Diagnostic(new TextSpan(0, text.Length), "no such function", "did you mean 'c:str*'?")]);
        }

        var word = text.Split(' ')[^1];
        var span = new TextSpan(text.Length - word.Length, word.Length);
        var pattern = new PatternSyntax(PatternKind.Wildcard, word, span);
        var syntax = new CommandSyntax(Tool, [], [new TracepointSyntax(span, pattern)]);
        var interval = text.Contains("-i 1", StringComparison.Ordinal) ? TimeSpan.FromSeconds(1) : (TimeSpan?)null;
        var targets = Enumerable.Range(0, 62)
            .Select(slot => new Target(slot, $"str{slot}", TargetKind.UserFunction, "/lib/libc.so.6", []));
        return new CompileResult(text, syntax, new BoundSpec(
            syntax, new Tracing.Binding.SessionOptions { Interval = interval }, [.. targets],
            [.. Enumerable.Range(0, 62).Select(slot => new UserProbe(slot, "/lib/libc.so.6", 16, 0))],
            [new SkippedTarget("strlen", "an IFUNC")], ["strcmp is an IFUNC"]),
            new ProgramImage([], [], 62, null), []);
    }

    public ITracingSession Start(CompileResult compiled, IProgress<AttachProgress>? progress, CancellationToken cancel)
    {
        progress?.Report(new AttachProgress(62, 62));
        return new Session();
    }

    public HostReport Inspect() => new("6.18", "x86_64", [], [new HostAbility("uprobe", null)]);

    private sealed class Session : ITracingSession
    {
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private TimeSpan last;

        public AttachReport Report { get; } = new(
            Enumerable.Range(0, 62).ToDictionary(slot => slot, _ => "uprobe.multi"), [], TimeSpan.FromMilliseconds(20));

#pragma warning disable CA5394
        public Tick TakeTick()
        {
            var (start, now) = (last, watch.Elapsed);
            last = now;
            var counts = Enumerable.Range(0, 62).Where(_ => Random.Shared.Next(2) == 0)
                .Select(slot => new CountDelta(slot, Random.Shared.Next(1, 1000 * (slot + 1))));
            return new Tick(start, now, [.. counts], new ProgramCost(1000, 50_000), 0);
        }
#pragma warning restore CA5394

        public void Dispose() => watch.Stop();
    }
}
