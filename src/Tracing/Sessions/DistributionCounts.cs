using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads the map of counts of one distribution. Its counts only grow and its keys only become more, so what changed is the
/// difference of two reads; a key that was inserted meanwhile may wait for the next.
/// </summary>
internal sealed class DistributionCounts
{
    /// <summary>Numbers that are read in each tick: of 100 ms they take about 2.</summary>
    private const int NumbersInTick = 32_768;

    /// <summary>No value waits longer than so many ticks.</summary>
    private const int MostTicks = 10;

    private readonly HashMapWalker _walker;
    private readonly int _numbersOfKey;
    private readonly int _cpus;
    private readonly bool _isSigned;
    private readonly bool _isMeasured;
    private readonly Dictionary<byte[], (long Count, long Sum)> _totals = new(new KeyComparer());
    private readonly Dictionary<byte[], (long Count, long Sum)>.AlternateLookup<ReadOnlySpan<byte>> _known;
    private int _ticksToWait;

    internal DistributionCounts(BpfMap map, bool isSigned, int possibleCpus)
    {
        (_isSigned, _cpus) = (isSigned, possibleCpus);
        _isMeasured = map.Image.ValueSize == DistributionMaps.MeasuredSize;
        _numbersOfKey = map.Image.ValueSize / sizeof(ulong) * possibleCpus;
        _walker = new HashMapWalker(map, map.Image.ValueSize * possibleCpus);
        _known = _totals.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>
    /// Whether it is to be read in this tick. The kernel cannot say what changed, so all is read; a map with many keys, on a
    /// host with many CPUs, is read less often.
    /// </summary>
    internal bool IsDue()
    {
        if (_ticksToWait > 0)
        {
            _ticksToWait--;
            return false;
        }

        _ticksToWait = (int)Math.Min((long)_totals.Count * _numbersOfKey / NumbersInTick, MostTicks - 1);
        return true;
    }

    /// <summary>Appends what grew since the call before.</summary>
    internal void ReadDeltas(List<(byte[] Key, long Count, Measure Measure)> deltas) => _walker.Walk((key, value) =>
        Add(key, MemoryMarshal.Cast<byte, ulong>(value), deltas));

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
        var words = value.Length / _cpus;
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
