using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads the events of a session: a thread copies each record behind the one before, and a tick takes what came since
/// the last. When too much waits for a tick, records stay in the ring buffer; what finds no room there is a known loss.
/// </summary>
internal sealed class RowReader : IDisposable
{
    /// <summary>Most bytes that wait for a tick: over a million events without arguments.</summary>
    private const int DefaultLimit = 64 << 20;

    private int _limit;
    private readonly BpfMap _guard;
    private readonly Lock _gate = new();
    private readonly bool _isByCpu;
    private readonly PerCpuCounters _losses;
    private readonly RecordReader _ring;
    private byte[] _bytes = [];
    private int _used;
    private int _count;

    internal RowReader(RowImage image, IReadOnlyList<BpfMap> maps, int possibleCpus, int limit = DefaultLimit)
    {
        (_limit, _guard, _isByCpu) = (limit, maps[image.GuardMap], image.PerfBuffers);
        _losses = new PerCpuCounters(maps[image.LossesMap], possibleCpus);
        _ring = RecordReader.Open(maps[image.RingMap], Add);
    }

    /// <summary>The events since the call before.</summary>
    internal RowBlock Read()
    {
        _ring.Consume();
        var block = Take();
        return _isByCpu ? RowOrder.ByTime(block) : block;
    }

    /// <summary>
    /// Lets no program send any more, and waits for those that do: one grace period of the kernel. What they sent is in
    /// the next <see cref="Read"/>, however much it is.
    /// </summary>
    internal void StopSending()
    {
        _guard.TakeOut().Dispose();
        _limit = int.MaxValue;
    }

    /// <summary>The losses since the call before, of all slots together.</summary>
    internal IReadOnlyList<LossDelta> ReadLosses() =>
    [
        .. _losses.ReadDeltas()
            .GroupBy(loss => RowImage.CauseAt(loss.Slot), (cause, losses) => new LossDelta(cause, losses.Sum(l => l.Delta)))
            .OrderBy(loss => loss.Cause),
    ];

    public void Dispose() => _ring.Dispose();

    private RowBlock Take()
    {
        lock (_gate)
        {
            var block = _count == 0 ? RowBlock.Empty : new RowBlock(_bytes.AsMemory(0, _used), _count);

            // The next tick will be about as long.
            (_bytes, _used, _count) = (new byte[_used], 0, 0);
            return block;
        }
    }

    private bool Add(ReadOnlySpan<byte> record)
    {
        lock (_gate)
        {
            var end = _used + sizeof(int) + record.Length;
            if (end > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(end, Math.Max(4096, _bytes.Length * 2)));
            }

            MemoryMarshal.Write(_bytes.AsSpan(_used), record.Length);
            record.CopyTo(_bytes.AsSpan(_used + sizeof(int)));
            (_used, _count) = (end, _count + 1);
            return _used < _limit;
        }
    }
}
