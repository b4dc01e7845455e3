using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads the map of counts of one distribution. Its counts only grow and its keys only become more, so what changed is the
/// difference of two reads; a key that was inserted meanwhile may wait for the next.
/// </summary>
internal sealed unsafe class DistributionCounts
{
    private const int ChunkSize = 1024;

    private readonly BpfMap _map;
    private readonly int _cpus;
    private readonly bool _isSigned;
    private readonly bool _isMeasured;
    private readonly int _keySize;
    private readonly int _valueSize;
    private readonly byte[] _keys;
    private readonly byte[] _values;
    private readonly Dictionary<byte[], (long Count, long Sum)> _totals = new(new KeyComparer());
    private readonly Dictionary<byte[], (long Count, long Sum)>.AlternateLookup<ReadOnlySpan<byte>> _known;
    private bool _batches = true;

    internal DistributionCounts(BpfMap map, bool isSigned, int possibleCpus)
    {
        (_map, _isSigned, _cpus) = (map, isSigned, possibleCpus);
        (_keySize, _valueSize) = (map.Image.KeySize, map.Image.ValueSize);
        _isMeasured = _valueSize == DistributionMaps.MeasuredSize;
        (_keys, _values) = (new byte[ChunkSize * _keySize], new byte[ChunkSize * _valueSize * possibleCpus]);
        _known = _totals.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Appends what grew since the call before.</summary>
    internal void ReadDeltas(List<(byte[] Key, long Count, Measure Measure)> deltas)
    {
        if (_batches && ReadBatches(deltas))
        {
            return;
        }

        _batches = false;
        ReadOneByOne(deltas);
    }

    /// <summary>Chunk by chunk (Linux 5.6); false if the kernel cannot.</summary>
    private bool ReadBatches(List<(byte[], long, Measure)> deltas)
    {
        // The position is a number of a bucket.
        uint position = 0, next = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            uint count = ChunkSize;
            int result;

            // Keys and values of all CPUs have room for as many entries as are asked for.
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
                Add(_keys.AsSpan(index * _keySize, _keySize), ValueAt(index), deltas);
            }

            if (result != 0)
            {
                return true;
            }

            position = next;
        }
    }

    private void ReadOneByOne(List<(byte[], long, Measure)> deltas)
    {
        var (key, next) = (new byte[_keySize], new byte[_keySize]);
        fixed (byte* at = key, behind = next, value = _values)
        {
            for (byte* from = null; Native.MapGetNextKey(_map.Handle, from, behind) == 0; from = at)
            {
                next.CopyTo(key, 0);

                // The kernel writes a value for each possible CPU.
                if (Native.MapLookupElem(_map.Handle, at, value) == 0)
                {
                    Add(key, ValueAt(0), deltas);
                }
            }
        }
    }

    private ReadOnlySpan<ulong> ValueAt(int index) =>
        MemoryMarshal.Cast<byte, ulong>(_values.AsSpan(index * _valueSize * _cpus, _valueSize * _cpus));

    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> value, List<(byte[], long, Measure)> deltas)
    {
        var (count, sum, largest, smallest) = Sum(value);
        var (countBefore, sumBefore) = _known.TryGetValue(key, out var before) ? before : default;
        if (count != countBefore)
        {
            var known = _known.TryGetValue(key, out var stored, out _) ? stored : key.ToArray();
            _totals[known] = (count, sum);
            var measure = _isMeasured ? new Measure(sum - sumBefore, InOrder(~smallest), InOrder(largest)) : default;
            deltas.Add((known, count - countBefore, measure));
        }
    }

    /// <summary>Over all CPUs; one that never counted has zeros, which are no extremes.</summary>
    private (long Count, long Sum, ulong Largest, ulong Smallest) Sum(ReadOnlySpan<ulong> value)
    {
        var (count, sum, largest, smallest) = (0L, 0L, 0UL, 0UL);
        var words = _valueSize / sizeof(ulong);
        for (var cpu = 0; cpu < _cpus; cpu++)
        {
            var mine = value.Slice(cpu * words, words);
            count += (long)mine[0];
            if (_isMeasured && mine[0] > 0)
            {
                sum += (long)mine[DistributionMaps.Sum / sizeof(ulong)];
                largest = Math.Max(largest, mine[DistributionMaps.Largest / sizeof(ulong)]);
                smallest = Math.Max(smallest, mine[DistributionMaps.Smallest / sizeof(ulong)]);
            }
        }

        return (count, sum, largest, smallest);
    }

    /// <summary>The value whose place in the order of its type this is.</summary>
    private double InOrder(ulong place) => _isSigned ? (long)(place ^ (1UL << 63)) : place;

    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
