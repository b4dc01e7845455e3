using System.Buffers;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Recordings;

/// <summary>Sums by id: ids are 0, 1, … without gaps, so that a sum is found by its place.</summary>
internal sealed class CountSums : IDisposable
{
    private long[] sums;
    private int length;

    public CountSums(int length)
    {
        sums = ArrayPool<long>.Shared.Rent(Math.Max(length, 1));
        sums.AsSpan(0, length).Clear();
        this.length = length;
    }

    /// <summary>The sums, by id.</summary>
    public ReadOnlySpan<long> Values => sums.AsSpan(0, length);

    public void Add(int id, long count) => sums[id] += count;

    public void Add(IReadOnlyList<CountDelta> counts)
    {
        foreach (var (id, delta) in counts)
        {
            sums[id] += delta;
        }
    }

    /// <summary>Adds what <see cref="VarintWriter"/> wrote, or takes it away with a <paramref name="sign"/> of -1.</summary>
    public void Add(ReadOnlySpan<byte> encoded, ref int position, int sign)
    {
        var id = 0;
        for (var left = Varint.Read(encoded, ref position); left > 0; left--)
        {
            id += (int)Varint.Read(encoded, ref position);
            sums[id] += sign * Varint.Read(encoded, ref position);
        }
    }

    /// <summary>Makes room for ids below <paramref name="count"/>; what is new is zero.</summary>
    public void Grow(int count)
    {
        if (count > sums.Length)
        {
            var grown = ArrayPool<long>.Shared.Rent(count);
            Values.CopyTo(grown);
            ArrayPool<long>.Shared.Return(sums);
            sums = grown;
        }

        if (count > length)
        {
            sums.AsSpan(length..count).Clear();
            length = count;
        }
    }

    /// <summary>The ids whose sum is not zero, ascending, and their sums.</summary>
    public (int[] Ids, long[] Counts) ToLists()
    {
        var moved = length - Values.Count(0L);
        var (ids, counts) = (new int[moved], new long[moved]);
        for (int id = 0, row = 0; row < moved; id++)
        {
            if (sums[id] != 0)
            {
                (ids[row], counts[row++]) = (id, sums[id]);
            }
        }

        return (ids, counts);
    }

    public void Dispose() => ArrayPool<long>.Shared.Return(sums);
}
