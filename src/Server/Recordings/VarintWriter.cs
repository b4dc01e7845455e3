using System.Buffers;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Recordings;

/// <summary>Writes numbers as <see cref="Varint"/> into a buffer that grows.</summary>
internal sealed class VarintWriter : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int length;

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Clear() => length = 0;

    public void Write(long value)
    {
        if (buffer.Length - length < Varint.MaxBytes)
        {
            Grow();
        }

        length = Varint.Write(buffer, length, value);
    }

    /// <summary>The number of counts that are not zero, then for each its distance from the one before, and itself.</summary>
    public void Write(IReadOnlyList<CountDelta> ascending)
    {
        Write(ascending.Count(count => count.Delta != 0));
        var previous = 0;
        foreach (var (id, delta) in ascending)
        {
            if (delta != 0)
            {
                Write(id - previous);
                Write(delta);
                previous = id;
            }
        }
    }

    /// <summary>The same for counts whose ids are their places.</summary>
    public void Write(ReadOnlySpan<long> counts)
    {
        Write(counts.Length - counts.Count(0L));
        var previous = 0;
        for (var id = 0; id < counts.Length; id++)
        {
            if (counts[id] != 0)
            {
                Write(id - previous);
                Write(counts[id]);
                previous = id;
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void Grow()
    {
        var grown = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Written.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = grown;
    }
}
