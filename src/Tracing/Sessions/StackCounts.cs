using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads a map of counts by stack. Its counts only grow and its keys only become more, so what changed is the difference
/// of two reads; a key that was inserted meanwhile may wait for the next.
/// </summary>
internal sealed class StackCounts(BpfMap map) : IDisposable
{
    private readonly HashMapWalker _walker = new(map, sizeof(ulong));
    private readonly Dictionary<StackKey, ulong> _totals = [];

    /// <summary>Keys seen so far.</summary>
    internal int Count => _totals.Count;

    internal int Capacity => map.Image.MaxEntries;

    internal MapImage Image => map.Image;

    /// <summary>Appends what grew since the call before.</summary>
    internal void ReadDeltas(List<(StackKey Key, long Delta)> deltas) => _walker.Walk((key, value) =>
        Add(MemoryMarshal.Read<StackKey>(key), MemoryMarshal.Read<ulong>(value), deltas));

    public void Dispose() => map.Dispose();

    private void Add(StackKey key, ulong total, List<(StackKey, long)> deltas)
    {
        ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(_totals, key, out _);
        if (total != before)
        {
            deltas.Add((key, (long)(total - before)));
            before = total;
        }
    }
}
