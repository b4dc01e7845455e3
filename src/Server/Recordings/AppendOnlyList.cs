using System.Numerics;
using System.Runtime.CompilerServices;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// Items that are added by one thread and never altered. Any number of threads may meanwhile read, without locks, those
/// whose number they were told after these were added: items stay where they are, each chunk is twice the one before.
/// </summary>
internal sealed class AppendOnlyList<T>
{
    private const int FirstChunk = 256;
    private readonly T[]?[] chunks = new T[24][];

    /// <summary>How many there are; for the thread that adds.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory the chunks take, without what their items refer to.</summary>
    public long Size { get; private set; }

    public T this[int index]
    {
        get
        {
            var (chunk, offset) = Place(index);
            return chunks[chunk]![offset]; // whoever knows the index was told it after the chunk was made
        }
    }

    public void Add(T item)
    {
        var (chunk, offset) = Place(Count);
        if (offset == 0)
        {
            chunks[chunk] = new T[FirstChunk << chunk];
            Size += (long)(FirstChunk << chunk) * Unsafe.SizeOf<T>();
        }

        chunks[chunk]![offset] = item; // made when its first item came
        Count++;
    }

    /// <summary>A copy of the items from one index up to, not including, another.</summary>
    public T[] Slice(int from, int to)
    {
        var slice = new T[to - from];
        for (var done = 0; done < slice.Length;)
        {
            var (chunk, offset) = Place(from + done);
            var source = chunks[chunk].AsSpan(offset);
            source = source[..Math.Min(source.Length, slice.Length - done)];
            source.CopyTo(slice.AsSpan(done));
            done += source.Length;
        }

        return slice;
    }

    private static (int Chunk, int Offset) Place(int index)
    {
        var chunk = BitOperations.Log2((uint)(index / FirstChunk) + 1);
        return (chunk, index - FirstChunk * ((1 << chunk) - 1));
    }
}
