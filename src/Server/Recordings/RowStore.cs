using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// The events of a session one by one, each known by its number from 0 on. Bounded by number and by bytes: when there
/// are more, the oldest are let go of, tick by tick, and how many is <see cref="First"/>. One thread adds, any may read.
/// </summary>
/// <param name="maxRows">Most events kept; the newest tick is kept whole, however many it brings.</param>
/// <param name="maxBytes">Most bytes kept, in the same way.</param>
public sealed class RowStore(long maxRows, long maxBytes)
{
    private readonly Lock gate = new();
    private readonly List<RowStretch> stretches = [];
    private int oldest;
    private long end;
    private long size;

    /// <summary>The number of the oldest event that is kept: so many were let go of.</summary>
    public long First
    {
        get
        {
            lock (gate)
            {
                return oldest < stretches.Count ? stretches[oldest].First : end;
            }
        }
    }

    /// <summary>The number behind the newest event: so many came.</summary>
    public long End => Volatile.Read(ref end);

    /// <summary>Bytes of memory the events take.</summary>
    public long Size => Volatile.Read(ref size);

    /// <summary>Adds the events of a tick.</summary>
    public void Add(RowBlock block)
    {
        if (block.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            var added = new RowStretch(end, block);
            stretches.Add(added);
            size += added.Size;
            end += block.Count;
            while (oldest < stretches.Count - 1 && (end - stretches[oldest].First > maxRows || size > maxBytes))
            {
                size -= stretches[oldest++].Size;
            }

            if (oldest > stretches.Count / 2)
            {
                stretches.RemoveRange(0, oldest);
                oldest = 0;
            }
        }
    }

    /// <summary>
    /// The kept events from a number on, at most <paramref name="count"/>, oldest first, with their numbers. Those that
    /// were let go of are passed over.
    /// </summary>
    public IReadOnlyList<NumberedRow> Read(long from, int count)
    {
        var rows = new List<NumberedRow>();
        foreach (var stretch in Behind(from, count))
        {
            for (var number = Math.Max(from, stretch.First); number < stretch.End && rows.Count < count; number++)
            {
                rows.Add(new NumberedRow(number, stretch[number]));
            }
        }

        return rows;
    }

    /// <summary>The stretches that hold so many events from a number on.</summary>
    private List<RowStretch> Behind(long from, int count)
    {
        var found = new List<RowStretch>();
        lock (gate)
        {
            for (var index = IndexOf(from); index < stretches.Count; index++)
            {
                found.Add(stretches[index]);
                if (stretches[index].End - Math.Max(from, found[0].First) >= count)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>The first kept stretch that ends behind a number.</summary>
    private int IndexOf(long number)
    {
        var (low, high) = (oldest, stretches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = stretches[middle].End > number ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}

/// <summary>An event and its number.</summary>
public readonly record struct NumberedRow(long Number, Row Row);

/// <summary>The events of a tick within a store.</summary>
/// <param name="first">The number of the first.</param>
internal sealed class RowStretch(long first, RowBlock block)
{
    private readonly int[] offsets = block.Offsets();

    public long First => first;

    public long End => first + offsets.Length;

    public long Size => block.Bytes.Length + (offsets.Length * (long)sizeof(int));

    public Row this[long number] => block.At(offsets[number - first]);
}
