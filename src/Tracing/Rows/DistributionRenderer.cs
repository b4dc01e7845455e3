using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

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

    /// <summary>How a distribution groups values; null where each is counted for itself.</summary>
    public Buckets? Buckets(int distribution) => bound.Distributions[distribution].Buckets;

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

        return [.. distributions[key.Distribution].Values.Zip(
            Constants(key), (value, constant) => Distinct(value.Show(row), constant))];
    }

    /// <summary>Texts that differ in what is no text must not look alike: each has a row.</summary>
    private static ShownValue Distinct(ShownValue shown, KeyConstant constant) =>
        constant.Text is { } bytes && shown.Text.Contains('\ufffd') ? shown with { Text = ScalarText.Distinct([.. bytes]) } : shown;

    /// <summary>The same as an expression can be compared with.</summary>
    public IReadOnlyList<KeyConstant> Constants(DistributionKey key)
    {
        var row = RowOf(key);
        var (layout, values) = distributions[key.Distribution];
        return [.. values.Select((value, index) => Constant(value.Value, layout.Values, row, index))];
    }

    private KeyConstant Constant(EventValue value, EventLayout layout, Row row, int index)
    {
        var read = layout.Read(row, index);
        return (layout.Values[index].Form, value.Value) switch
        {
            _ when read.IsFault => default,
            (ValueForm.Number, _) => new KeyConstant(Conversions.Shape(value.Value.Type).IsSigned ? read.Number : (ulong)read.Number, null),
            (ValueForm.Text, _) => new KeyConstant(null, read.Bytes.ToArray()),
            (_, SourceExpression { Source: BuiltinSource { Builtin: Builtin.Name } }) => new KeyConstant(null, row.Comm.ToArray()),
            (_, SourceExpression) => new KeyConstant(null, System.Text.Encoding.UTF8.GetBytes(bound.Targets[row.Slot].Name)),
            _ => default,
        };
    }

    private Row RowOf(DistributionKey key) =>
        distributions[key.Distribution].Layout.ToRow(key.Bytes, bound.Distributions[key.Distribution].Event);

    private (DistributionKeyLayout, ValueReader[]) Reader(BoundDistribution distribution)
    {
        var asked = bound.Events[distribution.Event];
        var layout = new DistributionKeyLayout(asked, bound.Options.Distributions?.StringSize ?? DistributionOptions.UsualStringSize);
        return (layout, [.. asked.Values.Select((value, index) =>
            new ValueReader(bound, asked.Scope, names, layout.Values, value with { Words = WordsOf(asked, index) }, index))]);
    }

    /// <summary>What a number is called, if it is called so at all places that are counted together.</summary>
    private NumberWords? WordsOf(BoundEvent asked, int index) => bound.Events
        .Where(other => other.Distribution == asked.Distribution)
        .Select(other => other.Values[index].Words).Distinct().ToList() is [{ } words] ? words : null;
}

/// <summary>A value of a key: a number, the bytes of a text, or neither if it could not be read.</summary>
public readonly record struct KeyConstant(Int128? Number, IReadOnlyList<byte>? Text);
