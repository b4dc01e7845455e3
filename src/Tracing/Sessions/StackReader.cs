using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Reads the stacks of a session: announcements as they come, counts when asked. Exchanges the map of counts before it
/// is full, reads the old one to its end, and so neither loses nor repeats a count.
/// </summary>
internal sealed class StackReader : IDisposable
{
    /// <summary>The map is exchanged when it is as full as this, in percent: until the next tick it can fill by the rest.</summary>
    private const int FullPercent = 70;

    /// <summary>Most nodes and most series of a session: about 200 MB.</summary>
    private const int DefaultLimit = 1_000_000;

    private readonly BpfMap _maps;
    private readonly ISymbolizer _symbolizer;
    private readonly UnwindFeeder? _unwind;
    private readonly StackTable _table;
    private readonly PerCpuCounters _losses;
    private readonly AnnouncementQueue _queue;
    private readonly RecordReader _ring;
    private StackCounts? _counts;
    private StackCounts? _retired;
    private int _generation;

    internal StackReader(
        StackImage image, IReadOnlyList<BpfMap> maps, ISymbolizer symbolizer, int possibleCpus, UnwindFeeder? unwind = null,
        int limit = DefaultLimit)
    {
        (_maps, _symbolizer) = (maps[image.CountsMap], symbolizer);
        _table = new StackTable(new StackTree(image.Options, symbolizer, StackDepth.Read(), limit));
        _losses = new PerCpuCounters(maps[image.LossesMap], possibleCpus);
        _counts = Current();
        _unwind = unwind;
        _queue = new AnnouncementQueue(symbolizer, unwind);
        _ring = RecordReader.Open(maps[image.RingMap], _queue.Add);
    }

    /// <summary>Keeps the tables up to date; null where stacks are followed by frame pointers.</summary>
    internal UnwindFeeder? Unwind => _unwind;

    /// <summary>How often the map of counts was exchanged.</summary>
    internal int Exchanges => _generation;

    /// <summary>Events whose stacks are not known yet; 0 after the last tick.</summary>
    internal long Waiting => _table.Waiting;

    /// <summary>What changed in the stacks since the call before.</summary>
    internal StackChanges Read()
    {
        var deltas = new List<(StackKey Key, long Delta)>();
        ReadRetired(deltas);
        if (_counts is { } current)
        {
            current.ReadDeltas(deltas);
            if (current.Count >= current.Capacity / 100.0 * FullPercent)
            {
                Exchange(current);
                ReadRetired(deltas);
            }
        }

        // Whatever was in a map has been announced before, so announcements are read after counts.
        Drain();
        deltas.ForEach(stack => _table.Add(stack.Key, stack.Delta));
        return _table.TakeChanges();
    }

    /// <summary>The losses since the call before.</summary>
    internal IReadOnlyList<LossDelta> ReadLosses() =>
        [.. _losses.ReadDeltas().Select(loss => new LossDelta((LossCause)loss.Slot, loss.Delta))];

    /// <summary>
    /// Lets no program count any more, and waits for those that do: one grace period of the kernel. What they counted
    /// is in the next <see cref="Read"/>.
    /// </summary>
    internal void StopCounting()
    {
        if (_counts is { } last)
        {
            _queue.Generation = ++_generation;
            _maps.TakeOut();
            (_retired, _counts) = (last, null);
        }
    }

    public void Dispose()
    {
        _ring.Dispose();
        _unwind?.Dispose();
        _retired?.Dispose();
        _symbolizer.Dispose();
    }

    private StackCounts Current() =>
        new(_maps.Inner ?? throw new InvalidOperationException("there is no map of counts"));

    private void Exchange(StackCounts current)
    {
        var next = BpfMap.Create(current.Image);

        // First, so that all that is announced for the new map counts as new.
        _queue.Generation = ++_generation;
        _maps.Exchange(next);
        (_retired, _counts) = (current, Current());
    }

    /// <summary>No program uses the retired map any more, so this reads it for the last time.</summary>
    private void ReadRetired(List<(StackKey Key, long Delta)> deltas)
    {
        if (_retired is null)
        {
            return;
        }

        var retired = new List<(StackKey Key, long Delta)>();
        _retired.ReadDeltas(retired);
        _retired.Dispose();
        _retired = null;
        Drain();
        deltas.ForEach(stack => _table.Add(stack.Key, stack.Delta));
        retired.ForEach(stack => _table.Add(stack.Key, stack.Delta));
        deltas.Clear();
        _table.Forget(before: _generation);
    }

    private void Drain()
    {
        int taken;
        do
        {
            _ring.Consume();
            var stacks = _queue.Take();
            stacks.ForEach(next => _table.Announce(next.Stack, next.Generation));
            taken = stacks.Count;
        }
        while (taken >= AnnouncementQueue.MaxWaiting);
    }
}
