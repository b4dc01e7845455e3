using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Sessions;

/// <summary>Distributions in the words of the contracts.</summary>
internal static class DistributionViews
{
    /// <summary>How a session's distributions are to be shown.</summary>
    public static DistributionsInfo ToInfo(this DistributionRenderer renderer, BoundSpec bound)
    {
        var options = bound.Options.Distributions ?? new DistributionOptions();
        return new DistributionsInfo(
            [.. bound.Distributions.Select((one, index) => ToInfo(one, renderer.Columns(index), index, bound))],
            options.Cumulative,
            options.Top);
    }

    private static DistributionInfo ToInfo(
        BoundDistribution distribution, IReadOnlyList<ValueColumn> keys, int index, BoundSpec bound) => new(
            distribution.Label ?? distribution.Specifier,
            distribution.Specifier,
            [.. keys.Select(RowViews.ToColumn)],
            distribution.Buckets is { } buckets && bound.Events[distribution.Event].Measured is { } measured
                ? ToInfo(buckets, measured)
                : null,
            [.. bound.Probes.Where(probe => bound.Events[probe.EventIndex].Distribution == index)
                .Select(probe => probe.Slot).Distinct()]);

    private static HistogramInfo ToInfo(Buckets buckets, EventValue measured) => new(
        new RowColumn(measured.Name, measured.Label, $"{measured.Value.Type}", IsNumber: true),
        IsTime(measured.Value) ? "ns" : null,
        measured.Value.Type.CanBeNegative,
        buckets is LinearBuckets linear ? new LinearInfo(linear.Min, linear.Max, linear.Step) : null);

    private static bool IsTime(TypedExpression value) => value switch
    {
        ConvertExpression convert => IsTime(convert.Operand),
        SourceExpression { Source: BuiltinSource { Builtin: Builtin.Latency } } => true,
        _ => false,
    };
}
