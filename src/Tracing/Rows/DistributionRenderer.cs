using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Rows;

/// <summary>What is told apart in the distributions of a session, in words. Holds no state but the names of addresses.</summary>
public sealed class DistributionRenderer
{
    private readonly BoundSpec bound;
    private readonly IAddressNames names;
    private readonly (DistributionKeyLayout Layout, ValueReader[] Values)[] distributions;

    public DistributionRenderer(BoundSpec bound, IAddressNames names)
    {
        (this.bound, this.names) = (bound, names);
        HasHistograms = bound.Distributions.Any(distribution => distribution.Buckets is not null);
        distributions = [.. bound.Distributions.Select(Reader)];
    }

    /// <summary>How many distributions there are.</summary>
    public int Count => distributions.Length;

    /// <summary>Whether any of them is a histogram.</summary>
    public bool HasHistograms { get; }

    /// <summary>The columns of a distribution's key.</summary>
    public IReadOnlyList<ValueColumn> Columns(int distribution) =>
        [.. distributions[distribution].Values.Select(value =>
            new ValueColumn(value.Value.Name, value.Value.Label, $"{value.Value.Value.Type}", value.IsNumber))];

    /// <summary>Whether a key is one of this session's, so that all the rest here can read it.</summary>
    public bool Fits(DistributionKey key) => (uint)key.Distribution < (uint)Count
        && key.Bytes.Length == distributions[key.Distribution].Layout.Size
        && (uint)RowOf(key).Slot < (uint)bound.Targets.Count;

    /// <summary>The values of a key, in the order of the columns. To be called while its process lives.</summary>
    public IReadOnlyList<ShownValue> Show(DistributionKey key)
    {
        var row = RowOf(key);
        if (distributions[key.Distribution].Layout.HasPid)
        {
            names.Meet(row.Pid, row.Comm.Span);
        }

        return [.. distributions[key.Distribution].Values.Select(value => value.Show(row))];
    }

    /// <summary>The same as numbers; null where a value is none.</summary>
    public IReadOnlyList<Int128?> Numbers(DistributionKey key)
    {
        var row = RowOf(key);
        return [.. distributions[key.Distribution].Values.Select(value => value.Number(row))];
    }

    private Row RowOf(DistributionKey key) =>
        distributions[key.Distribution].Layout.ToRow(key.Bytes, bound.Distributions[key.Distribution].Event);

    private (DistributionKeyLayout, ValueReader[]) Reader(BoundDistribution distribution)
    {
        var asked = bound.Events[distribution.Event];
        var layout = new DistributionKeyLayout(asked, bound.Options.Distributions?.StringSize ?? DistributionOptions.UsualStringSize);
        return (layout, [.. asked.Values.Select((value, index) => new ValueReader(bound, asked.Scope, names, layout.Values, value, index))]);
    }
}
