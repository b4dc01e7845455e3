using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads the events of a session: a thread copies each record behind the one before, and a tick takes what came since
/// the last. When too much waits for a tick, records stay in the ring buffer; what finds no room there is a known loss.
/// </summary>
internal sealed class RowReader : IDisposable
{
    /// <summary>Most bytes that wait for a tick: over a million events without arguments.</summary>
    private const int DefaultLimit = 64 << 20;

    private readonly IReadOnlyList<int?> _userStacks;
    private int _limit;
    private readonly BpfMap _guard;
    private readonly Lock _gate = new();
    private readonly bool _isByCpu;
    private readonly PerCpuCounters _losses;
    private readonly RecordReader _ring;
    private byte[] _bytes = [];
    private int _used;
    private int _count;

    internal RowReader(
        RowImage image, IReadOnlyList<BpfMap> maps, int possibleCpus, UnwindFeeder? unwind = null, int limit = DefaultLimit)
    {
        (_userStacks, Unwind) = (image.UserStacks, unwind);
        (_limit, _guard, _isByCpu) = (limit, maps[image.GuardMap], image.PerfBuffers);
        _losses = new PerCpuCounters(maps[image.LossesMap], possibleCpus);
        _ring = RecordReader.Open(maps[image.RingMap], Add);
    }

    /// <summary>Keeps the tables up to date; null where stacks are followed by frame pointers.</summary>
    internal UnwindFeeder? Unwind { get; }

    /// <summary>The events since the call before.</summary>
    internal RowBlock Read()
    {
        _ring.Consume();
        var block = Take();
        return _isByCpu ? block.ByTime() : block;
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

    public void Dispose()
    {
        _ring.Dispose();
        Unwind?.Dispose();
    }

    /// <summary>Who is in the stack gets its tables, or newer ones, by how unwinding went.</summary>
    private void ShowToFeeder(UnwindFeeder feeder, ReadOnlySpan<byte> record)
    {
        if (_userStacks[MemoryMarshal.Read<int>(record[RowRecord.Event..])] is { } part
            && MemoryMarshal.Read<long>(record[part..]) > 0)
        {
            var end = MemoryMarshal.Read<long>(record[(part + EventLayout.UserEnd)..]);
            feeder.See(MemoryMarshal.Read<int>(record[RowRecord.Pid..]), end >= 0 ? (UnwindEnd)end : null);
        }
    }

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
        if (Unwind is not null)
        {
            ShowToFeeder(Unwind, record);
        }

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
