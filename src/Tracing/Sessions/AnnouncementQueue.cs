using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// New stacks between the thread that reads the ring buffer and the one that takes ticks. Whoever is in them is looked
/// at on first sight, while it most likely lives.
/// </summary>
internal sealed class AnnouncementQueue(ISymbolizer symbolizer, UnwindFeeder? unwind = null)
{
    /// <summary>When so many wait, the rest stays in the ring buffer, and what finds no room there is a known loss.</summary>
    internal const int MaxWaiting = 100_000;

    private const int MaxMet = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<(int, ulong, ulong)> _met = [];
    private List<(RawStack Stack, int Generation)> _waiting = [];

    /// <summary>Of the map of counts; announcements are marked with it as they come.</summary>
    internal int Generation
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Takes a record; false to be given no more until <see cref="Take"/>.</summary>
    internal bool Add(ReadOnlySpan<byte> record)
    {
        var stack = Parse(record);
        Meet(stack.Key);
        unwind?.See(stack);
        lock (_gate)
        {
            _waiting.Add((stack, Generation));
            return _waiting.Count < MaxWaiting;
        }
    }

    /// <summary>All that came since the call before.</summary>
    internal List<(RawStack Stack, int Generation)> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    /// <summary>With its name: whoever executes another program is a new process to the symbolizer, and mostly has a new name.</summary>
    private void Meet(StackKey key)
    {
        if (_met.Count >= MaxMet)
        {
            _met.Clear();
        }

        if (_met.Add((key.Pid, key.CommLow, key.CommHigh)))
        {
            symbolizer.Meet(key.Pid);
        }
    }

    private static RawStack Parse(ReadOnlySpan<byte> record)
    {
        var kernel = MemoryMarshal.Read<int>(record[StackRecord.KernelResult..]);
        var user = MemoryMarshal.Read<int>(record[StackRecord.UserResult..]);
        var frames = record[StackRecord.Frames..];
        return new RawStack(
            MemoryMarshal.Read<StackKey>(record),
            Math.Min(kernel, 0),
            Math.Min(user, 0),
            MemoryMarshal.Read<ulong>(record[StackRecord.Caller..]),
            Addresses(frames[..Math.Max(kernel, 0)]),
            Addresses(frames[Math.Max(kernel, 0)..][..Math.Max(user, 0)]))
        {
            UserEnd = MemoryMarshal.Read<long>(record[StackRecord.UserEnd..]) is >= 0 and var end ? (UnwindEnd)end : null,
        };
    }

    private static ulong[] Addresses(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
}
