using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Server.Tests;

/// <summary>A distribution of a session without a kernel: what tells values apart, and of a histogram what is measured.</summary>
internal sealed record PlayedDistribution(
    string? Label, string Specifier, Buckets? Buckets, IReadOnlyList<EventValue> Keys, EventValue? Measured)
{
    /// <summary>A number; a text where <paramref name="isText"/>.</summary>
    public static EventValue Key(string label, bool isText = false) => new(
        label, label, new SourceExpression(isText ? new PointerType(CoreTypes.Char) : CoreTypes.Int, default, new ArgumentSource(0)), null);

    /// <summary>A signed number.</summary>
    public static EventValue Signed(string label) =>
        new(label, label, new SourceExpression(CoreTypes.Long, default, new ReturnSource()), null);

    /// <summary><c>$latency</c>, in nanoseconds.</summary>
    public static EventValue Latency { get; } = new(
        "latency", "$latency", new SourceExpression(CoreTypes.Named("u64"), default, new BuiltinSource(Builtin.Latency)), null);

    /// <summary>The event that is asked at its hits.</summary>
    public BoundEvent ToEvent(int index) =>
        new(new ProbeScope { Site = ProbeSite.UserReturn, Name = "f" }, null, null, Keys) { Distribution = index, Measured = Measured };

    /// <summary>As the spec has it; its event has the same index.</summary>
    public BoundDistribution ToBound(int index) => new(Label, Specifier, Buckets, index);
}

/// <summary>
/// Counts as the kernel's programs and their reader do, for the next tick. Values of a key are numbers or texts; null is
/// one that could not be read.
/// </summary>
internal sealed class CountedDistributions(BoundSpec bound)
{
    private readonly DistributionKeyLayout[] layouts =
    [
        .. bound.Distributions.Select(one => new DistributionKeyLayout(
            bound.Events[one.Event], bound.Options.Distributions?.StringSize ?? DistributionOptions.UsualStringSize)),
    ];

    private readonly Dictionary<(int, string), int> keys = [];
    private readonly Dictionary<(int Key, int Bucket), int> series = [];
    private readonly List<(double Min, double Max)> extremes = [];
    private readonly List<DistributionKey> newKeys = [];
    private readonly List<DistributionSeries> newSeries = [];
    private readonly SortedDictionary<int, (long Count, long Sum)> grown = [];

    /// <summary>A hit of a distribution, with the value that is measured if it has histograms.</summary>
    public void Add(int distribution, IReadOnlyList<object?> key, long value = 0, long count = 1)
    {
        var (_, _, buckets, index) = bound.Distributions[distribution];
        var isSigned = bound.Events[index].Measured?.Value.Type.Unaliased is IntegerType { IsSigned: true };
        var id = Series(Key(distribution, key), buckets?.BucketOf(value, isSigned) ?? 0);
        var (counted, sum) = grown.GetValueOrDefault(id);
        grown[id] = (counted + count, sum + (value * count));
        extremes[id] = (Math.Min(extremes[id].Min, value), Math.Max(extremes[id].Max, value));
    }

    /// <summary>What changed since the last time.</summary>
    public DistributionChanges Take()
    {
        var changes = new DistributionChanges(
            [.. newKeys],
            [.. newSeries],
            [.. grown.Select(one => new CountDelta(one.Key, one.Value.Count))],
            [.. grown.Select(one => Measure(one.Key, one.Value.Sum))]);
        newKeys.Clear();
        newSeries.Clear();
        grown.Clear();
        return changes;
    }

    private Measure Measure(int id, long sum) => bound.Distributions.All(one => one.Buckets is null)
        ? default
        : new Measure(sum, extremes[id].Min, extremes[id].Max);

    private int Key(int distribution, IReadOnlyList<object?> values)
    {
        var bytes = Encode(layouts[distribution], values);
        if (!keys.TryGetValue((distribution, Convert.ToHexString(bytes)), out var id))
        {
            keys[(distribution, Convert.ToHexString(bytes))] = id = keys.Count;
            newKeys.Add(new DistributionKey(distribution, bytes));
        }

        return id;
    }

    private int Series(int key, int bucket)
    {
        if (!series.TryGetValue((key, bucket), out var id))
        {
            series[(key, bucket)] = id = series.Count;
            newSeries.Add(new DistributionSeries(key, bucket));
            extremes.Add((double.MaxValue, double.MinValue));
        }

        return id;
    }

    private static byte[] Encode(DistributionKeyLayout layout, IReadOnlyList<object?> values)
    {
        var key = new byte[layout.Size];
        var faults = 0u;
        foreach (var (index, value) in values.Index())
        {
            var (form, offset, size) = layout.Values.Values[index];
            var place = key.AsSpan(layout.Start + offset, size);
            if (value is null)
            {
                faults |= 1u << index;
            }
            else if (form == ValueForm.Text)
            {
                var text = Encoding.UTF8.GetBytes((string)value).AsSpan();
                text = text[..Math.Min(text.Length, size - sizeof(int) - 1)];
                BinaryPrimitives.WriteInt32LittleEndian(place, text.Length + 1);
                text.CopyTo(place[sizeof(int)..]);
            }
            else
            {
                BinaryPrimitives.WriteInt64LittleEndian(place, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(layout.Start - sizeof(uint)), faults); // right before the values
        return key;
    }
}
