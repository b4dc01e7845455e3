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
    public CompileResult Compile(string text)
    {
        var diagnostics = new List<Diagnostic>();
        if (Parser.Parse(text, diagnostics) is not { } syntax || syntax.Has(OptionId.Help))
        {
            return new CompileResult(text, null, null, null, diagnostics);
        }

        var targets = Enumerable.Range(0, 62)
            .Select(slot => new Target(slot, $"str{slot}", TargetKind.UserFunction, "/lib/libc.so.6", []));
        return new CompileResult(text, syntax, new BoundSpec(
            syntax, new Tracing.Binding.SessionOptions
            {
                Interval = Seconds(syntax, OptionId.Interval), Duration = Seconds(syntax, OptionId.Duration),
            }, [.. targets],
            [.. Enumerable.Range(0, 62).Select(slot => new UserProbe(slot, "/lib/libc.so.6", 16, 0))],
            [new SkippedTarget("strlen", "an IFUNC")], ["strcmp is an IFUNC"]),
            new ProgramImage([], [], 62, null), []);
    }

    private static TimeSpan? Seconds(CommandSyntax syntax, OptionId id) => syntax.Find(id)?.Value is { } value
        ? TimeSpan.FromSeconds(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture))
        : null;

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
