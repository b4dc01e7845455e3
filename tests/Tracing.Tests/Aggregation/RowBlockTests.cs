using System.Buffers.Binary;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Tests.Aggregation;

/// <summary>Events that are put in another order, or chosen from. Each has as many bytes of values as its time says.</summary>
public sealed class RowBlockTests
{
    [Fact]
    public void Events_of_several_CPUs_stand_in_the_order_of_their_time() =>
        Assert.Equal([1, 2, 3, 5, 8], Times(Block(2, 5, 8, 1, 3).ByTime()));

    [Fact]
    public void Picked_events_are_whole_and_in_the_order_that_is_asked_for()
    {
        var block = Block(2, 5, 8, 1, 3);
        var offsets = block.Offsets();
        var picked = block.Pick([offsets[4], offsets[1]]);
        Assert.Equal([3, 5], Times(picked));
        Assert.Equal((2 * (sizeof(int) + RowRecord.HeaderSize)) + 3 + 5, picked.Bytes.Length);
    }

    [Fact]
    public void A_block_of_which_nothing_is_picked_is_empty()
    {
        var picked = Block(2, 5).Pick([]);
        Assert.Equal((0, 0), (picked.Count, picked.Bytes.Length));
    }

    private static IEnumerable<int> Times(RowBlock block) => block.Rows().Select(row =>
    {
        Assert.Equal(Enumerable.Repeat((byte)row.Time, (int)row.Time), row.Values.ToArray());
        return (int)row.Time;
    });

    private static RowBlock Block(params byte[] times) => new(times.SelectMany(Record).ToArray(), times.Length);

    private static byte[] Record(byte time)
    {
        var record = new byte[sizeof(int) + RowRecord.HeaderSize + time];
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - sizeof(int));
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(sizeof(int) + RowRecord.Time), time);
        record.AsSpan(sizeof(int) + RowRecord.HeaderSize).Fill(time);
        return record;
    }
}
