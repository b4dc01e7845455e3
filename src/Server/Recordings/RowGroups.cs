namespace BpfDashboard.Server.Recordings;

/// <summary>Events that are equal, as far as was asked.</summary>
/// <param name="Example">The first of them, whose bytes are kept though the recording may let go of it.</param>
internal sealed record EqualRows(NumberedRow Example)
{
    /// <summary>The number of the newest of them.</summary>
    public long Last { get; set; } = Example.Number;

    /// <summary>How many there were.</summary>
    public long Count { get; set; } = 1;
}

/// <summary>
/// Counts equal events. What was counted stays counted when the recording lets go of the events. For one thread at a
/// time.
/// </summary>
/// <param name="maxGroups">Most groups; events that would need another one are counted together.</param>
/// <param name="maxBytes">Most bytes of examples; the same holds.</param>
internal sealed class RowGroups(int maxGroups = RowGroups.MostGroups, long maxBytes = RowGroups.MostBytes)
{
    /// <summary>Usual limits: some 12 MB of groups, and the examples.</summary>
    public const int MostGroups = 100_000;
    private const long MostBytes = 64L << 20;

    /// <summary>A group, its entry in the dictionary, and the head of its arrays.</summary>
    private const int SizeOfGroup = 232;

    private Dictionary<UInt128, EqualRows> byKey = [];
    private EqualRows[] sorted = [];
    private bool isSorted = true;
    private long bytes;

    /// <summary>The number behind the last row that was looked at.</summary>
    public long Looked { get; private set; }

    /// <summary>How many groups there are.</summary>
    public int Count => byKey.Count;

    /// <summary>How many events are in groups.</summary>
    public long Counted { get; private set; }

    /// <summary>How many events were wanted, but are in none: there are too many groups.</summary>
    public long Beyond { get; private set; }

    /// <summary>Bytes of memory, about.</summary>
    public long Size => bytes + (byKey.Count * (long)SizeOfGroup);

    /// <summary>Counts an event among those with the same key.</summary>
    public void Add(NumberedRow row, UInt128 key)
    {
        if (byKey.TryGetValue(key, out var group))
        {
            (group.Last, group.Count) = (row.Number, group.Count + 1);
        }
        else if (byKey.Count < maxGroups && bytes < maxBytes)
        {
            // Its bytes lie within those of a whole tick, which would stay with it.
            var own = row.Row with { Comm = row.Row.Comm.ToArray(), Values = row.Row.Values.ToArray() };
            bytes += own.Comm.Length + own.Values.Length;
            byKey[key] = new EqualRows(row with { Row = own });
        }
        else
        {
            Beyond++;
            return;
        }

        Counted++;
        isSorted = false;
    }

    /// <summary>Says how far was looked.</summary>
    public void Reach(long looked) => Looked = Math.Max(Looked, looked);

    /// <summary>Some of the groups, those of most events first; of as many, the one that came first.</summary>
    public ReadOnlySpan<EqualRows> Largest(long from, int count)
    {
        if (!isSorted)
        {
            sorted = [.. byKey.Values];
            Array.Sort(sorted, (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Example.Number.CompareTo(b.Example.Number));
            isSorted = true;
        }

        var start = (int)Math.Min(Math.Max(0, from), sorted.Length);
        return sorted.AsSpan(start, Math.Min(count, sorted.Length - start));
    }

    /// <summary>The same counts, which go on by themselves.</summary>
    public RowGroups Copy()
    {
        var copy = new RowGroups(maxGroups, maxBytes)
        {
            byKey = new Dictionary<UInt128, EqualRows>(byKey.Count),
            isSorted = false,
            bytes = bytes,
            Looked = Looked,
            Counted = Counted,
            Beyond = Beyond,
        };
        foreach (var (key, group) in byKey)
        {
            copy.byKey[key] = group with { };
        }

        return copy;
    }
}
