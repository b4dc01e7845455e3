using System.Buffers.Binary;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Tests;

public sealed class RowStoreTests
{
    /// <summary>Bytes of an event in a store: its length, its record, and where it begins.</summary>
    private const int RowSize = 56;

    [Fact]
    public void Events_are_read_by_their_numbers_across_ticks()
    {
        var store = Store(ticks: 10, rowsPerTick: 7);
        Assert.Equal((0, 70), (store.First, store.End));
        Assert.Equal([12, 13, 14, 15, 16], store.Read(12, 5).Select(row => row.Number));
        Assert.All(store.Read(0, 100), row => Assert.Equal((ulong)row.Number, row.Row.Time));
        Assert.Equal(70, store.Read(0, 100).Count);
        Assert.Equal([69], store.Read(69, 100).Select(row => row.Number));
        Assert.Empty(store.Read(70, 100));
        Assert.Empty(store.Read(3, 0));
    }

    [Theory]
    [InlineData(20, long.MaxValue)]
    [InlineData(long.MaxValue, 20 * RowSize)]
    public void The_oldest_are_let_go_of_and_the_numbers_stay(long maxRows, long maxBytes)
    {
        var store = Store(ticks: 1000, rowsPerTick: 3, maxRows, maxBytes);
        Assert.Equal((3000 - 18, 3000), (store.First, store.End));
        Assert.Equal(18 * RowSize, store.Size);
        Assert.Equal([2982, 2983], store.Read(5, 2).Select(row => row.Number));
        Assert.Equal(2982UL, store.Read(5, 2)[0].Row.Time);
    }

    [Fact]
    public void The_newest_tick_is_kept_whole_however_long_it_is()
    {
        var store = Store(ticks: 2, rowsPerTick: 50, maxRows: 10);
        Assert.Equal((50, 100), (store.First, store.End));
    }

    [Fact]
    public void A_store_without_events_is_empty()
    {
        var store = new RowStore(10, 10);
        store.Add(RowBlock.Empty);
        Assert.Equal((0, 0, 0), (store.First, store.End, store.Size));
        Assert.Empty(store.Read(0, 10));
    }

    [Fact]
    public async Task Readers_see_whole_events_while_others_are_added_and_let_go_of()
    {
        var store = new RowStore(1000, long.MaxValue);
        var adding = Task.Run(() => Add(store, ticks: 20_000, rowsPerTick: 5), TestContext.Current.CancellationToken);
        while (!adding.IsCompleted)
        {
            Assert.All(store.Read(store.End - 500, 200), row => Assert.Equal((ulong)row.Number, row.Row.Time));
        }

        await adding;
        Assert.Equal(100_000, store.End);
    }

    private static RowStore Store(int ticks, int rowsPerTick, long maxRows = long.MaxValue, long maxBytes = long.MaxValue)
    {
        var store = new RowStore(maxRows, maxBytes);
        Add(store, ticks, rowsPerTick);
        return store;
    }

    /// <summary>Events whose times are their numbers.</summary>
    private static void Add(RowStore store, int ticks, int rowsPerTick)
    {
        const int header = 48;
        for (var tick = 0; tick < ticks; tick++)
        {
            var bytes = new byte[rowsPerTick * (sizeof(int) + header)];
            for (var row = 0; row < rowsPerTick; row++)
            {
                var at = bytes.AsSpan(row * (sizeof(int) + header));
                BinaryPrimitives.WriteInt32LittleEndian(at, header);
                BinaryPrimitives.WriteInt64LittleEndian(at[sizeof(int)..], (tick * rowsPerTick) + row);
            }

            store.Add(new RowBlock(bytes, rowsPerTick));
        }
    }
}
