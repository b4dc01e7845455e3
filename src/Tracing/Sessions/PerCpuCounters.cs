using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads a per-CPU array of u64 counters. The kernel's counters only grow; what changed is the difference of two
/// reads, so no hit falls between two intervals.
/// </summary>
internal sealed unsafe class PerCpuCounters
{
    private readonly BpfMap _map;
    private readonly int _cpus;
    private readonly uint[] _keys;
    private readonly ulong[] _values;
    private readonly ulong[] _totals;
    private bool _batches = true;

    internal PerCpuCounters(BpfMap map, int possibleCpus)
    {
        (_map, _cpus) = (map, possibleCpus);
        _keys = new uint[map.Image.MaxEntries];
        _values = new ulong[map.Image.MaxEntries * possibleCpus];
        _totals = new ulong[map.Image.MaxEntries];
    }

    /// <summary>What grew since the call before, by ascending slot.</summary>
    internal IReadOnlyList<CountDelta> ReadDeltas()
    {
        Read();
        var deltas = new List<CountDelta>();
        for (var slot = 0; slot < _totals.Length; slot++)
        {
            var total = SumOverCpus(slot);
            if (total != _totals[slot])
            {
                deltas.Add(new CountDelta(slot, (long)(total - _totals[slot])));
                _totals[slot] = total;
            }
        }

        return deltas;
    }

    private ulong SumOverCpus(int slot)
    {
        ulong sum = 0;
        foreach (var value in _values.AsSpan(slot * _cpus, _cpus))
        {
            sum += value;
        }

        return sum;
    }

    /// <summary>One call for all slots (Linux 5.13 for per-CPU arrays), else one for each.</summary>
    private void Read()
    {
        if (_batches && ReadBatch())
        {
            return;
        }

        _batches = false;
        for (uint slot = 0; slot < _totals.Length; slot++)
        {
            // The kernel writes 8 bytes for each possible CPU, which is one row of the buffer.
            fixed (ulong* value = &_values[slot * _cpus])
            {
                BpfException.ThrowIfFailed(Native.MapLookupElem(_map.Handle, &slot, value), "read the counts");
            }
        }
    }

    private bool ReadBatch()
    {
        var count = (uint)_totals.Length;
        uint next = 0;

        // Keys and values have room for every entry, and the kernel writes at most `count` of them.
        fixed (uint* keys = _keys)
        fixed (ulong* values = _values)
        {
            var result = Native.MapLookupBatch(_map.Handle, null, &next, keys, values, &count, null);

            // Reaching the end is reported as ENOENT, with everything read.
            return (result == 0 || result == -Errors.NoEntry) && count == _totals.Length;
        }
    }
}
