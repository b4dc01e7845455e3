using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary>A specifier of argdist: its place is bound as trace's is; then it is told which values to count.</summary>
internal static class DistributionBinder
{
    /// <summary>The names that BCC has here and nowhere else.</summary>
    public static IReadOnlyDictionary<string, Builtin> Names { get; } = new Dictionary<string, Builtin>
    {
        ["$PID"] = Builtin.Process,
        ["$COMM"] = Builtin.Name,
    };

    /// <summary>How histograms of a command group values.</summary>
    public static Buckets Buckets(CommandSyntax syntax) =>
        syntax.Find(OptionId.Linear) is { } linear ? OptionValues.ToBuckets(linear) : new LogBuckets();

    public static void Bind(SpecifierSyntax syntax, SpecInProgress spec)
    {
        var events = new SpecifierEventBinder(syntax, spec);
        var first = spec.Events.Count;
        TraceBinder.Bind(syntax.Probe, spec, events);
        if (spec.Events.Count > first)
        {
            spec.AddDistribution(new BoundDistribution(
                syntax.Label, syntax.Text, syntax.IsHistogram ? spec.Buckets : null, first));
        }

        if (syntax.HasOldLabel)
        {
            spec.Note($"a label stands behind #, not ;: write {CommandPrinter.Quote($"{syntax.Text}#{syntax.Label}")}");
        }
    }
}
