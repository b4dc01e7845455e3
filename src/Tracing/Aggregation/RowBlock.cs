using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// The events of a tick, in the order of the ring buffer: the records as the kernel's programs wrote them, each behind
/// its length. Nothing is decoded before someone looks. Never altered once made.
/// </summary>
/// <param name="Bytes">The records.</param>
/// <param name="Count">How many there are.</param>
public sealed record RowBlock(ReadOnlyMemory<byte> Bytes, int Count)
{
    /// <summary>A block without events.</summary>
    public static readonly RowBlock Empty = new(default, 0);

    /// <summary>Where in <see cref="Bytes"/> each event begins.</summary>
    public int[] Offsets()
    {
        var offsets = new int[Count];
        for (int index = 0, offset = 0; index < Count; index++)
        {
            offsets[index] = offset;
            offset += sizeof(int) + LengthAt(offset);
        }

        return offsets;
    }

    /// <summary>The event that begins at an offset.</summary>
    public Row At(int offset) => Row.Read(Bytes.Slice(offset + sizeof(int), LengthAt(offset)));

    /// <summary>The events one after another.</summary>
    public IEnumerable<Row> Rows() => Offsets().Select(At);

    /// <summary>The events that begin at some of the <see cref="Offsets"/>, in that order.</summary>
    public RowBlock Pick(ReadOnlySpan<int> offsets)
    {
        var size = 0;
        foreach (var offset in offsets)
        {
            size += sizeof(int) + LengthAt(offset);
        }

        var picked = new byte[size];
        var rest = picked.AsSpan();
        foreach (var offset in offsets)
        {
            var record = Bytes.Span.Slice(offset, sizeof(int) + LengthAt(offset));
            record.CopyTo(rest);
            rest = rest[record.Length..];
        }

        return new RowBlock(picked, offsets.Length);
    }

    /// <summary>The same events in the order of their time: those of several CPUs are read one after another.</summary>
    internal RowBlock ByTime()
    {
        var offsets = Offsets();
        Array.Sort(Array.ConvertAll(offsets, TimeAt), offsets);
        return Pick(offsets);
    }

    private ulong TimeAt(int offset) => MemoryMarshal.Read<ulong>(Bytes.Span[(offset + sizeof(int) + RowRecord.Time)..]);

    private int LengthAt(int offset) => MemoryMarshal.Read<int>(Bytes.Span[offset..]);
}

/// <summary>One event.</summary>
/// <param name="Time">The kernel's monotonic clock, in nanoseconds.</param>
/// <param name="Slot">Which target was hit.</param>
/// <param name="Comm">The thread's name: up to 15 bytes that can be anything but zero.</param>
/// <param name="Event">Which of the session's events it is: an index in <see cref="Binding.BoundSpec.Events"/>.</param>
/// <param name="Faults">A bit for each value that could not be read, the lowest for the first.</param>
/// <param name="Values">What the command asked for, as <see cref="EventLayout"/> says.</param>
public readonly record struct Row(
    ulong Time, int Slot, int Cpu, int Pid, int Tid, ReadOnlyMemory<byte> Comm, int Event, uint Faults,
    ReadOnlyMemory<byte> Values)
{
    internal static Row Read(ReadOnlyMemory<byte> record)
    {
        var bytes = record.Span;
        var comm = record.Slice(RowRecord.Comm, RowRecord.CommLength);
        return new Row(
            MemoryMarshal.Read<ulong>(bytes[RowRecord.Time..]),
            MemoryMarshal.Read<int>(bytes[RowRecord.Slot..]),
            MemoryMarshal.Read<int>(bytes[RowRecord.Cpu..]),
            MemoryMarshal.Read<int>(bytes[RowRecord.Pid..]),
            MemoryMarshal.Read<int>(bytes[RowRecord.Tid..]),
            comm[..(comm.Span.IndexOf((byte)0) is >= 0 and var end ? end : comm.Length)],
            MemoryMarshal.Read<int>(bytes[RowRecord.Event..]),
            MemoryMarshal.Read<uint>(bytes[RowRecord.Faults..]),
            record[RowRecord.HeaderSize..]);
    }
}
