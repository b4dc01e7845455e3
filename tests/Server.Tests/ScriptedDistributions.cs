using System.Runtime.InteropServices;
using System.Text;
using BpfDashboard.Server.Exports;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests;

namespace BpfDashboard.Server.Tests;

/// <summary>A recording of a command of argdist, with values as the kernel's programs count them.</summary>
internal sealed class ScriptedDistributions : IAddressNames
{
    private readonly Dictionary<(int, string), int> keys = [];
    private readonly Dictionary<DistributionSeries, int> series = [];
    private readonly Dictionary<int, (double Min, double Max)> extremes = [];
    private readonly List<DistributionKey> newKeys = [];
    private readonly List<DistributionSeries> newSeries = [];
    private readonly SortedDictionary<int, (long Count, long Sum)> grown = [];
    private TimeSpan last;

    public ScriptedDistributions(string command)
    {
        Bound = SpecCompiler.Compile(command, new FakeKernelCatalog()).Bound ?? throw new ArgumentException(command, nameof(command));
        Recording = new Recording(Bound.Targets.Count, distributions: new DistributionRenderer(Bound, this));
    }

    public BoundSpec Bound { get; }

    public Recording Recording { get; }

    public DistributionDefinitions Definitions => Recording.Distributions!; // a recording of argdist has them

    public ExportedDistributions Exported => new(Definitions.Renderer.ToInfo(Bound), Definitions);

    /// <summary>Counts a tuple: numbers, texts, and null for what could not be read.</summary>
    public void Count(int distribution, long count, params object?[] values) => Add(distribution, 0, count, 0, values);

    /// <summary>Counts a value of a histogram, of the one for these keys.</summary>
    public void Measure(int distribution, long value, long count, params object?[] values) => Measure(distribution, value, count, true, values);

    /// <summary>The same of a value whose 64 bits may be without a sign.</summary>
    public void Measure(int distribution, long value, long count, bool isSigned, params object?[] values) => Add(
        distribution, Bound.Distributions[distribution].Buckets!.BucketOf(value, isSigned), count, value, values, // it is one
        isSigned ? value : (ulong)value);

    /// <summary>Ends a tick, 100 ms after the one before.</summary>
    public void Tick()
    {
        var end = last + TimeSpan.FromMilliseconds(100);
        var total = grown.Values.Sum(one => one.Count);
        Recording.Append(new Tick(last, end, total == 0 ? [] : [new CountDelta(0, total)], default, 0)
        {
            Distributions = new DistributionChanges(
                [.. newKeys],
                [.. newSeries],
                [.. grown.Select(one => new CountDelta(one.Key, one.Value.Count))],
                [.. grown.Select(one => new Measure(one.Value.Sum, extremes[one.Key].Min, extremes[one.Key].Max))]),
        });
        newKeys.Clear();
        newSeries.Clear();
        grown.Clear();
        last = end;
    }

    public void Meet(int pid, ReadOnlySpan<byte> comm)
    {
    }

    public string Kernel(ulong address) => "kernel";

    public string User(int pid, ulong address) => "user";

    public IReadOnlyList<ResolvedFrame> Stack(int? pid, ReadOnlySpan<ulong> addresses) => [];

    private void Add(int distribution, int bucket, long count, long value, object?[] values, double shown = 0)
    {
        var bytes = Key(distribution, values);
        if (!keys.TryGetValue((distribution, Convert.ToHexString(bytes)), out var key))
        {
            keys[(distribution, Convert.ToHexString(bytes))] = key = keys.Count;
            newKeys.Add(new DistributionKey(distribution, bytes));
        }

        var one = new DistributionSeries(key, bucket);
        if (!series.TryGetValue(one, out var id))
        {
            series[one] = id = series.Count;
            newSeries.Add(one);
            extremes[id] = (shown, shown);
        }

        var before = grown.GetValueOrDefault(id);
        grown[id] = (before.Count + count, before.Sum + (count * value));
        extremes[id] = (Math.Min(extremes[id].Min, shown), Math.Max(extremes[id].Max, shown));
    }

    private byte[] Key(int distribution, object?[] values)
    {
        var layout = new DistributionKeyLayout(Bound.Events[Bound.Distributions[distribution].Event], Bound.Options.Distributions!.StringSize); // argdist has them
        var key = new byte[layout.Size];
        for (var index = 0; index < values.Length; index++)
        {
            var place = key.AsSpan(layout.Start + layout.Values.Values[index].Offset);
            switch (values[index])
            {
                case null:
                    key[layout.Start - sizeof(uint)] |= (byte)(1 << index);
                    break;
                case string text:
                    var bytes = Encoding.UTF8.GetBytes(text);
                    MemoryMarshal.Write(place, bytes.Length + 1);
                    bytes.CopyTo(place[sizeof(int)..]);
                    break;
                case byte[] raw:
                    MemoryMarshal.Write(place, raw.Length + 1);
                    raw.CopyTo(place[sizeof(int)..]);
                    break;
                case var number:
                    MemoryMarshal.Write(place, Convert.ToInt64(number));
                    break;
            }
        }

        return key;
    }
}
