using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads a map of counts by stack. Its counts only grow and its keys only become more, so what changed is the difference
/// of two reads; a key that was inserted meanwhile may wait for the next.
/// </summary>
internal sealed unsafe class StackCounts(BpfMap map) : IDisposable
{
    private const int ChunkSize = 4096;

    private readonly Dictionary<StackKey, ulong> _totals = [];
    private readonly StackKey[] _keys = new StackKey[ChunkSize];
    private readonly ulong[] _values = new ulong[ChunkSize];
    private bool _batches = true;

    /// <summary>Keys seen so far.</summary>
    internal int Count => _totals.Count;

    internal int Capacity => map.Image.MaxEntries;

    internal MapImage Image => map.Image;

    /// <summary>Appends what grew since the call before.</summary>
    internal void ReadDeltas(List<(StackKey Key, long Delta)> deltas)
    {
        if (_batches && ReadBatches(deltas))
        {
            return;
        }

        _batches = false;
        ReadOneByOne(deltas);
    }

    public void Dispose() => map.Dispose();

    /// <summary>Chunk by chunk (Linux 5.6); false if the kernel cannot.</summary>
    private bool ReadBatches(List<(StackKey, long)> deltas)
    {
        // The position is a number of a bucket.
        uint position = 0, next = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            uint count = ChunkSize;
            int result;

            // Keys and values have room for as many entries as are asked for.
            fixed (StackKey* keys = _keys)
            fixed (ulong* values = _values)
            {
                result = Native.MapLookupBatch(map.Handle, isFirst ? null : &position, &next, keys, values, &count, null);
            }

            if (result != 0 && result != -Errors.NoEntry)
            {
                return false;
            }

            for (var index = 0; index < count; index++)
            {
                Add(_keys[index], _values[index], deltas);
            }

            if (result != 0)
            {
                return true;
            }

            position = next;
        }
    }

    private void ReadOneByOne(List<(StackKey, long)> deltas)
    {
        StackKey key = default, next;
        ulong value;
        for (StackKey* from = null; Native.MapGetNextKey(map.Handle, from, &next) == 0; from = &key)
        {
            key = next;
            if (Native.MapLookupElem(map.Handle, &key, &value) == 0)
            {
                Add(key, value, deltas);
            }
        }
    }

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
