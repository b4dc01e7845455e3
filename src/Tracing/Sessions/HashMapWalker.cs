using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Called for an entry of a map; the spans are only good during the call.</summary>
internal delegate void EntryVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

/// <summary>
/// Walks over the entries of a hash map to which programs keep adding. No entry that was there at the beginning is left
/// out; one that is inserted meanwhile may wait for the next walk, and one may come twice.
/// </summary>
internal sealed unsafe class HashMapWalker
{
    private const int ChunkSize = 1024;

    private readonly BpfMap _map;
    private readonly int _keySize;
    private readonly int _valueSize;
    private readonly byte[] _keys;
    private readonly byte[] _values;
    private bool _batches = true;

    /// <param name="map">A hash map, whose keys are not deleted meanwhile.</param>
    /// <param name="valueSize">Bytes that the kernel writes of each value: of a per-CPU map those of all possible CPUs.</param>
    internal HashMapWalker(BpfMap map, int valueSize)
    {
        (_map, _keySize, _valueSize) = (map, map.Image.KeySize, valueSize);
        (_keys, _values) = (new byte[ChunkSize * _keySize], new byte[ChunkSize * valueSize]);
    }

    /// <summary>Shows the entries to a visitor.</summary>
    internal void Walk(EntryVisitor visit)
    {
        if (_batches && WalkInBatches(visit))
        {
            return;
        }

        _batches = false;
        WalkOneByOne(visit);
    }

    /// <summary>Chunk by chunk (Linux 5.6); false if the kernel cannot.</summary>
    private bool WalkInBatches(EntryVisitor visit)
    {
        // The position is a number of a bucket.
        uint position = 0, next = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            uint count = ChunkSize;
            int result;

            // Keys and values have room for as many entries as are asked for.
            fixed (byte* keys = _keys, values = _values)
            {
                result = Native.MapLookupBatch(_map.Handle, isFirst ? null : &position, &next, keys, values, &count, null);
            }

            if (result != 0 && result != -Errors.NoEntry)
            {
                return false;
            }

            for (var index = 0; index < count; index++)
            {
                visit(_keys.AsSpan(index * _keySize, _keySize), _values.AsSpan(index * _valueSize, _valueSize));
            }

            // The end is reported as ENOENT, with the last entries.
            if (result != 0)
            {
                return true;
            }

            position = next;
        }
    }

    private void WalkOneByOne(EntryVisitor visit)
    {
        var (key, next) = (new byte[_keySize], new byte[_keySize]);

        // Each has room for a key, or for a value.
        fixed (byte* at = key, behind = next, value = _values)
        {
            for (byte* from = null; Native.MapGetNextKey(_map.Handle, from, behind) == 0; from = at)
            {
                next.CopyTo(key, 0);
                if (Native.MapLookupElem(_map.Handle, at, value) == 0)
                {
                    visit(key, _values.AsSpan(0, _valueSize));
                }
            }
        }
    }
}
