using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Tests;

public sealed class RowRecordingTests
{
    private int ticks;

    [Fact]
    public void Folds_say_which_rows_came_and_which_are_kept()
    {
        var recording = new Recording(2, rows: ScriptedRows.Recording(maxRows: 25));
        for (var tick = 0; tick < 4; tick++)
        {
            recording.Append(Tick(Ports(tick * 10, 10)));
        }

        Assert.Equal(new RowFold(0, 10), recording.Fold(0, 1).Rows);
        Assert.Equal(new RowFold(20, 40), recording.Fold(0, 4).Rows);
        Assert.Equal((10, 30), recording.RowsOf(1, 3));
        Assert.Equal([20L], Losses(recording, 0, 4, "notKept"));
        Assert.Equal([10L], Losses(recording, 2, 3, "notKept"));
        Assert.Empty(recording.Fold(0, 2).Losses);
        Assert.Null(new Recording(2).Fold(0, 0).Rows);
    }

    [Fact]
    public void Rows_whose_message_lacks_what_f_asks_for_are_left_out_and_counted()
    {
        var recording = new Recording(2, rows: ScriptedRows.Recording(new RowOptions { Message = "8" }));
        recording.Append(Tick(Ports(0, 100)));
        Assert.Equal(new RowFold(0, 19), recording.Fold(0, 1).Rows);
        Assert.Equal(8, Assert.Single(recording.Rows!.Store.Read(0, 1)).Row.Values.Span[0]);
        Assert.Equal([new LossInfo("filtered", "left out by -f: not in their message", 81)], recording.Fold(0, 1).Losses);
        Assert.False(LedgerCauses.IsLoss(recording.Fold(0, 1).Losses[0]));
    }

    [Fact]
    public void Rows_beyond_the_last_that_M_asks_for_are_cut_and_counted()
    {
        var recording = new Recording(2, rows: ScriptedRows.Recording(new RowOptions { MaxEvents = 12, Message = "1" }));
        recording.Append(Tick(Ports(0, 20)));
        Assert.False(recording.Rows!.IsOver);
        recording.Append(Tick(Ports(11, 5)));
        recording.Append(Tick(Ports(11, 5)));
        Assert.True(recording.Rows.IsOver);
        Assert.Equal(12, recording.Rows.Store.End);
        Assert.Equal([4L], Losses(recording, 1, 2, "beyondMaximum"));
        Assert.Equal([9L], Losses(recording, 0, 3, "beyondMaximum"));
        Assert.Equal([9L], Losses(recording, 0, 3, "filtered"));
    }

    /// <summary>What was generated is kept, or in the ledger with its cause: exactly, over any range.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_row_is_kept_or_in_the_ledger(int seed)
    {
        var random = new Random(seed);
        var rows = ScriptedRows.Recording(new RowOptions { Message = "3", MaxEvents = 700 }, maxRows: 100);
        var recording = new Recording(2, rows: rows);
        var sent = 0L;
        for (var tick = 0; tick < 600; tick++)
        {
            var block = Ports(random.Next(1000), random.Next(12));
            sent += block.Count;
            recording.Append(Tick(block) with { Losses = [new LossDelta(LossCause.RateGuard, tick % 3)], Counts = [new CountDelta(0, block.Count + (tick % 3))] });
        }

        var fold = recording.Fold(0, 600);
        var kept = rows.Store.End - rows.Store.First;
        Assert.Equal(fold.Counts.Sum(), kept + fold.Losses.Sum(loss => loss.Count));
        Assert.Equal(sent, kept + fold.Losses.Where(loss => loss.Cause != "rateGuard").Sum(loss => loss.Count));
        Assert.Equal(700, rows.Store.End);
        var halves = new[] { recording.Fold(0, 333), recording.Fold(333, 600) };
        Assert.All(fold.Losses, loss => Assert.Equal(
            loss.Count, halves.SelectMany(half => half.Losses).Where(part => part.Cause == loss.Cause).Sum(part => part.Count)));
    }

    [Fact]
    public void A_tick_whose_rows_are_none_of_the_session_is_refused()
    {
        var recording = new Recording(2, rows: ScriptedRows.Recording());
        var wrong = ScriptedRows.Connect(1, "x");
        wrong[40] = 9;
        Assert.Throws<ArgumentException>(() => recording.Append(Tick(ScriptedRows.Block([wrong]))));
        Assert.Throws<ArgumentException>(() => recording.Append(Tick(ScriptedRows.Block([ScriptedRows.Connect(1, "x")[..100]]))));
        Assert.ThrowsAny<ArgumentException>(() => recording.Append(Tick(ScriptedRows.Block([new byte[10]]))));
        Assert.Throws<ArgumentException>(() => new Recording(2).Append(Tick(ScriptedRows.Block())));
        Assert.Equal((0, 0), (recording.End, recording.Rows!.Store.End));
    }

    [Fact]
    public void A_block_with_room_behind_its_rows_does_not_keep_the_room()
    {
        var rows = ScriptedRows.Recording();
        var block = Ports(0, 3);
        var roomy = new byte[1 << 20];
        block.Bytes.CopyTo(roomy);
        rows.Take(new RowBlock(roomy.AsMemory(0, block.Bytes.Length), 3));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(rows.Store.Read(0, 1)[0].Row.Values, out var array));
        Assert.Equal(block.Bytes.Length, array.Array!.Length);
    }

    private static IEnumerable<long> Losses(Recording recording, long from, long to, string cause) =>
        recording.Fold(from, to).Losses.Where(loss => loss.Cause == cause).Select(loss => loss.Count);

    private static RowBlock Ports(int from, int count) =>
        ScriptedRows.Block(Enumerable.Range(from, count).Select(port => ScriptedRows.Connect(port, "x")));

    private Tick Tick(RowBlock block)
    {
        var start = TimeSpan.FromMilliseconds(100 * ticks++);
        return new Tick(start, start + TimeSpan.FromMilliseconds(100), [], default, 0) { Rows = block };
    }
}
