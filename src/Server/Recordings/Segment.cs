using System.Runtime.CompilerServices;

namespace BpfDashboard.Server.Recordings;

/// <summary>How things stood when a tick was read.</summary>
/// <param name="Time">The session time.</param>
/// <param name="Events">The sum of all counts of slots so far.</param>
/// <param name="Known">The definitions of stacks so far.</param>
/// <param name="FirstRow">The number of the oldest row that was kept.</param>
/// <param name="EndRow">The number behind the newest row.</param>
/// <param name="OpenCalls">Calls that were entered and had not returned; null where no return asks for its entry.</param>
internal readonly record struct TickEnd(
    TimeSpan Time, long Events, DefinitionCounts Known, long FirstRow = 0, long EndRow = 0, long? OpenCalls = null);

/// <summary>
/// A stretch of <see cref="Capacity"/> ticks behind a checkpoint of everything before it. One thread appends; any
/// may read the ticks whose number it was told after they were appended: what is written is never moved or altered
/// under a reader, a full buffer is replaced by a longer copy.
/// </summary>
internal sealed class Segment(byte[] checkpoint, int sizeHint)
{
    /// <summary>Ticks per segment.</summary>
    public const int Capacity = 256;

    private readonly int[] offsets = new int[Capacity + 1];
    private readonly TickEnd[] ends = new TickEnd[Capacity];
    private byte[] bytes = new byte[Math.Max(sizeHint, 1024)];

    /// <summary>The totals of all ticks before this segment, encoded.</summary>
    public byte[] Checkpoint => checkpoint;

    /// <summary>Bytes of memory this segment holds.</summary>
    public long Size => checkpoint.Length + Volatile.Read(ref bytes).Length
        + offsets.Length * sizeof(int) + ends.Length * (long)Unsafe.SizeOf<TickEnd>();

    /// <summary>Bytes of the encoded ticks, and of the room for more.</summary>
    public int BufferSize => bytes.Length;

    /// <summary>The encoded tick at <paramref name="index"/> within the segment.</summary>
    public ReadOnlySpan<byte> Tick(int index) => Volatile.Read(ref bytes).AsSpan(offsets[index]..offsets[index + 1]);

    /// <summary>How things stood when that tick was read.</summary>
    public TickEnd EndOf(int index) => ends[index];

    /// <summary>Writes the tick at <paramref name="index"/>, the one behind the last.</summary>
    public void Write(int index, ReadOnlySpan<byte> encoded, TickEnd end)
    {
        var start = offsets[index];
        if (start + encoded.Length > bytes.Length)
        {
            Resize(Math.Max(bytes.Length * 2, start + encoded.Length), start);
        }

        encoded.CopyTo(bytes.AsSpan(start));
        offsets[index + 1] = start + encoded.Length;
        ends[index] = end;
    }

    /// <summary>Gives back the room behind the last tick, when no more will come.</summary>
    public void Seal(int tickCount) => Resize(offsets[tickCount], offsets[tickCount]);

    private void Resize(int length, int used)
    {
        var resized = new byte[length];
        bytes.AsSpan(0, used).CopyTo(resized);
        Volatile.Write(ref bytes, resized);
    }
}
