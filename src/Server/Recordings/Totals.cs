using System.Buffers;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Sums over ticks, one per slot, with the bytes they are stored as: runs, nanoseconds, misses, number of slots that
/// are not zero, then for each its distance from the one before and its count, all as <see cref="Varint"/>.
/// Ticks and checkpoints look the same, so a range is a sum of some of these and a difference of others.
/// </summary>
internal sealed class Totals(int slotCount) : IDisposable
{
    private const int HeaderNumbers = 4;
    private readonly long[] counts = Rent(slotCount);
    private long runs;
    private long nanoseconds;
    private long misses;

    /// <summary>Adds a tick as the engine made it.</summary>
    /// <exception cref="ArgumentException">The tick names a slot the session does not have.</exception>
    public void Add(Tick tick)
    {
        foreach (var count in tick.Counts)
        {
            if ((uint)count.Slot >= (uint)slotCount)
            {
                throw new ArgumentException($"A tick has slot {count.Slot}, but there are only {slotCount}.", nameof(tick));
            }

            counts[count.Slot] += count.Delta;
        }

        runs += tick.Cost.Runs;
        nanoseconds += tick.Cost.Nanoseconds;
        misses += tick.Misses;
    }

    /// <summary>Adds what <see cref="Encode"/> wrote, or takes it away with a <paramref name="sign"/> of -1.</summary>
    public void Add(ReadOnlySpan<byte> encoded, int sign = 1)
    {
        var position = 0;
        runs += sign * Varint.Read(encoded, ref position);
        nanoseconds += sign * Varint.Read(encoded, ref position);
        misses += sign * Varint.Read(encoded, ref position);
        var slot = 0;
        for (var left = Varint.Read(encoded, ref position); left > 0; left--)
        {
            slot += (int)Varint.Read(encoded, ref position);
            counts[slot] += sign * Varint.Read(encoded, ref position);
        }
    }

    /// <summary>The bytes of these totals, in an array of just that length.</summary>
    public byte[] Encode()
    {
        var moved = counts.AsSpan(0, slotCount).Length - counts.AsSpan(0, slotCount).Count(0L);
        var buffer = ArrayPool<byte>.Shared.Rent((HeaderNumbers + 2 * moved) * Varint.MaxBytes);
        var position = EncodeHeader(buffer, moved);
        var previous = 0;
        for (var slot = 0; slot < slotCount; slot++)
        {
            if (counts[slot] != 0)
            {
                position = Varint.Write(buffer, position, slot - previous);
                position = Varint.Write(buffer, position, counts[slot]);
                previous = slot;
            }
        }

        var encoded = buffer.AsSpan(0, position).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return encoded;
    }

    /// <summary>The fold these totals are, for the range they were summed over.</summary>
    public Fold ToFold(long from, long to, double startMs, double endMs)
    {
        var moved = slotCount - counts.AsSpan(0, slotCount).Count(0L);
        var slots = new int[moved];
        var values = new long[moved];
        for (int slot = 0, row = 0; row < moved; slot++)
        {
            if (counts[slot] != 0)
            {
                (slots[row], values[row++]) = (slot, counts[slot]);
            }
        }

        return new Fold(from, to, startMs, endMs, slots, values, runs, nanoseconds, misses);
    }

    /// <summary>The sum of all counts.</summary>
    public long Sum()
    {
        var sum = 0L;
        foreach (var count in counts.AsSpan(0, slotCount))
        {
            sum += count;
        }

        return sum;
    }

    public void Dispose() => ArrayPool<long>.Shared.Return(counts);

    private int EncodeHeader(byte[] buffer, int moved)
    {
        var position = Varint.Write(buffer, 0, runs);
        position = Varint.Write(buffer, position, nanoseconds);
        position = Varint.Write(buffer, position, misses);
        return Varint.Write(buffer, position, moved);
    }

    private static long[] Rent(int length)
    {
        var rented = ArrayPool<long>.Shared.Rent(Math.Max(length, 1));
        rented.AsSpan(0, length).Clear();
        return rented;
    }
}
