namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Lays tables out as words, as <see cref="UnwindLayout"/> says. Tables are only ever added: a program may be reading
/// any of them.
/// </summary>
internal sealed class UnwindWords(int capacity)
{
    private readonly List<ulong[]> _chunks = [];
    private int _used;

    /// <summary>Words taken so far.</summary>
    internal int Used => _used;

    /// <summary>Chunks begun so far.</summary>
    internal int ChunkCount => _chunks.Count;

    /// <summary>The words of a chunk.</summary>
    internal ulong[] Chunk(int number) => _chunks[number];

    /// <summary>Adds a table; returns the word at which its index begins, or null if there is no room for it.</summary>
    internal uint? Add(UnwindTable table)
    {
        var buckets = Buckets(table);
        if (_used + WordsAtMost(table, buckets) > capacity)
        {
            return null;
        }

        var index = _used;
        _used += buckets;
        var row = 0;
        var word = -1;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            this[index + bucket] = AddBucket(table.Rows, bucket, ref row, ref word);
        }

        return (uint)index;
    }

    /// <summary>Words for a table, whatever the chunks cut off.</summary>
    internal static int WordsAtMost(UnwindTable table) => WordsAtMost(table, Buckets(table));

    private static int WordsAtMost(UnwindTable table, int buckets) =>
        buckets + table.Rows.Length
        + (((table.Rows.Length >> UnwindLayout.ChunkShift) + 2) * (UnwindLayout.MaxRowsOfBucket + 1));

    private static int Buckets(UnwindTable table) => (int)(table.End >> UnwindLayout.BucketShift) + 1;

    /// <summary>
    /// Writes the rows of a bucket, from the one that holds at its beginning, which the bucket before has written too,
    /// unless the chunk is full.
    /// </summary>
    /// <param name="row">That row; afterwards the bucket's last.</param>
    /// <param name="word">Where that row was written, or -1; afterwards where the last was.</param>
    private ulong AddBucket(UnwindRow[] rows, int bucket, ref int row, ref int word)
    {
        var end = (ulong)(bucket + 1) << UnwindLayout.BucketShift;
        var last = row;
        while (last + 1 < rows.Length && rows[last + 1].Address < end)
        {
            last++;
        }

        var (first, count) = (row, last - row + 1);
        row = last;
        if (rows.Length == 0 || count > UnwindLayout.MaxRowsOfBucket)
        {
            word = -1;
            return 0;
        }

        if (word < 0 || (word + count - 1) >> UnwindLayout.ChunkShift != word >> UnwindLayout.ChunkShift)
        {
            word = Append(rows[first], count);
        }

        var start = word;
        for (var next = first + 1; next <= last; next++)
        {
            word = Append(rows[next], 1);
        }

        return UnwindLayout.Bucket((uint)start, count);
    }

    /// <summary>Writes a row where as many as <paramref name="room"/> fit into one chunk.</summary>
    private int Append(UnwindRow row, int room)
    {
        if ((_used + room - 1) >> UnwindLayout.ChunkShift != _used >> UnwindLayout.ChunkShift)
        {
            _used = ((_used >> UnwindLayout.ChunkShift) + 1) << UnwindLayout.ChunkShift;
        }

        this[_used] = UnwindLayout.Word(row);
        return _used++;
    }

    private ulong this[int word]
    {
        set
        {
            while (word >> UnwindLayout.ChunkShift >= _chunks.Count)
            {
                _chunks.Add(new ulong[UnwindLayout.WordsOfChunk]);
            }

            _chunks[word >> UnwindLayout.ChunkShift][word & (UnwindLayout.WordsOfChunk - 1)] = value;
        }
    }
}
