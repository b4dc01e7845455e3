using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Tests.Unwinding;

public sealed class UnwindWordsTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 5000)]
    [InlineData(3, 60_000)]
    public void Every_address_finds_its_row_through_index_and_chunks(int seed, int count)
    {
        var random = new Random(seed);
        var table = Table(RandomRows(random, count));
        var words = new UnwindWords(1 << 20);
        var before = words.Add(Table([new(0, 0), new(7, 0xaaaa), new(5000, 0)]));
        var index = words.Add(table);
        Assert.Equal(0u, before);
        Assert.NotNull(index);
        for (var row = 0; row + 1 < table.Rows.Length; row++)
        {
            var (address, next) = (table.Rows[row].Address, table.Rows[row + 1].Address);
            Assert.Equal(table.Rows[row].Rule, Look(words, index.Value, address));
            Assert.Equal(table.Rows[row].Rule, Look(words, index.Value, next - 1));
        }

        Assert.Equal(0xaaaau, Look(words, 0, 4999));
    }

    [Fact]
    public void A_bucket_with_too_many_rows_is_unknown_and_its_neighbours_are_not()
    {
        UnwindRow[] rows = [.. Enumerable.Range(0, 3000).Select(i => new UnwindRow((uint)i, (uint)i + 1)), new(4096, 0)];
        var words = new UnwindWords(1 << 18);
        Assert.Equal(0u, words.Add(Table(rows)));
        Assert.Equal(0u, Look(words, 0, 1500));
        Assert.Equal(3000u, Look(words, 0, 3500));
    }

    [Fact]
    public void A_table_without_room_is_refused_and_leaves_no_trace()
    {
        var words = new UnwindWords(10_000);
        var small = Table([new(0, 1), new(100, 0)]);
        Assert.NotNull(words.Add(small));
        var used = words.Used;
        Assert.Null(words.Add(Table(RandomRows(new Random(4), 20_000))));
        Assert.Equal(used, words.Used);
    }

    private static UnwindTable Table(UnwindRow[] rows) => new(rows, 0, []);

    /// <summary>Dense and sparse stretches; no two neighbours have the same rule.</summary>
    private static UnwindRow[] RandomRows(Random random, int count)
    {
        var rows = new List<UnwindRow> { new(0, 0) };
        var dense = true;
        while (rows.Count < count)
        {
            dense = random.Next(200) == 0 ? !dense : dense;
            var address = rows[^1].Address + (uint)(dense ? random.Next(5, 30) : random.Next(1, 20_000));
            rows.Add(new UnwindRow(address, (uint)(rows.Count % 3) + 1));
        }

        rows.Add(new UnwindRow(rows[^1].Address + 10, 0));
        return [.. rows];
    }

    /// <summary>What the program in the kernel does, in plain steps.</summary>
    private static uint Look(UnwindWords words, uint index, uint address)
    {
        var bucket = Word(words, index + (address >> UnwindLayout.BucketShift));
        var (first, count) = ((uint)bucket, (uint)(bucket >> 32));
        Assert.InRange(count, 0u, (uint)UnwindLayout.MaxRowsOfBucket);
        Assert.True(count == 0 || first >> UnwindLayout.ChunkShift == (first + count - 1) >> UnwindLayout.ChunkShift);
        var found = 0u;
        for (var row = first; row < first + count && (uint)Word(words, row) <= address; row++)
        {
            found = (uint)(Word(words, row) >> 32);
        }

        return found;
    }

    private static ulong Word(UnwindWords words, uint number) =>
        words.Chunk((int)(number >> UnwindLayout.ChunkShift))[number & (UnwindLayout.WordsOfChunk - 1)];
}
