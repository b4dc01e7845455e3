using System.Text;
using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Exports;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Server.Tests;

/// <summary>Rows as BCC's trace prints them, and as files.</summary>
public sealed class RowExportTests
{
    private const int Timeout = 20_000;
    private static readonly RowClock Clock = new(1_000_000_000, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Bccs_columns_are_as_bcc_prints_them() => Assert.Equal(
        "PID     TID     COMM            FUNC             -\n"
        + "7       8       curl            tcp_connect      443 /x\n"
        + "1234567 1234568 averylongcommna tcp_connect      1 <fault>\n"
        + "1       2       nginx           accept           port = 80\n",
        Text(new RowOptions(), ScriptedRows.Connect(443, "/x"), ScriptedRows.Connect(1, null, 1234567, "averylongcommna"), ScriptedRows.Accept(80)));

    [Theory]
    [InlineData(TimeColumn.SinceStart, false, "TIME     PID ", "0.000131 7 ")]
    [InlineData(TimeColumn.SinceStart, true, "TIME     CPU PID ", "0.000131 1   7 ")]
    [InlineData(TimeColumn.Unix, false, "TIME              PID ", "1772366400.000131 7 ")]
    [InlineData(TimeColumn.TimeOfDay, false, "TIME     PID ", "12:00:00 7 ")]
    [InlineData(TimeColumn.None, true, "CPU PID ", "1   7 ")]
    public void Times_and_cpus_are_columns_where_they_are_asked_for(TimeColumn time, bool cpu, string header, string line)
    {
        var lines = Text(new RowOptions { Time = time, ShowCpu = cpu }, ScriptedRows.Connect(1, "x", time: 1_000_131_000)).Split('\n');
        Assert.StartsWith(header, lines[0]);
        Assert.StartsWith(line, lines[1]);
    }

    [Fact]
    public void A_long_time_is_cut_as_bcc_does() => Assert.StartsWith(
        "12.34567 7 ", Text(new RowOptions { Time = TimeColumn.SinceStart }, ScriptedRows.Connect(1, "x", time: 13_345_678_900)).Split('\n')[1]);

    [Fact]
    public void Equal_lines_are_counted_with_A() => Assert.Equal(
        "PID     TID     COMM            FUNC             -\n"
        + "7       8       curl            tcp_connect      2 b\n-->COUNT 2\n\n"
        + "7       8       curl            tcp_connect      1 a\n-->COUNT 1\n\n",
        Text(new RowOptions { Aggregate = true }, ScriptedRows.Connect(1, "a"), ScriptedRows.Connect(2, "b"), ScriptedRows.Connect(2, "b", time: 9)));

    [Fact]
    public void What_a_process_writes_cannot_command_a_terminal() => Assert.Contains(
        " e\\u001b[2Jx     tcp_connect      1 a\\u000ab\ufffd\n", Text(new RowOptions(), ScriptedRows.Connect(1, "a\nb\xff", comm: "e\x1b[2Jx")));

    [Theory]
    [InlineData(false, "        k10+0x1 [kernel]\n        k20+0x1 [kernel]\n", "        u30+0x2 [curl]\n")]
    [InlineData(true, "                      10 k10+0x1 [kernel]\n                      20 k20+0x1 [kernel]\n", "                      30 u30+0x2 [curl]\n")]
    public void Stacks_follow_their_event_with_a_blank_line_behind(bool addresses, string kernel, string user)
    {
        var options = new RowOptions { KernelStack = true, UserStack = true, Addresses = addresses };
        var record = ScriptedRows.WithStacks(ScriptedRows.Connect(1, "x"), options, [0x10, 0x20], [0x30]);
        Assert.EndsWith($"1 x\n{kernel}{user}\n", Text(options, record));
        Assert.EndsWith($"1 x\n{kernel}{user}-->COUNT 2\n\n", Text(options with { Aggregate = true }, record, record));
        Assert.EndsWith("1 x\n        -14\n\n", Text(
            options with { UserStack = false }, ScriptedRows.WithStacks(ScriptedRows.Connect(1, "x"), options with { UserStack = false }, null, [])));
    }

    [Fact]
    public void The_details_of_a_row_have_its_stacks()
    {
        var options = new RowOptions { KernelStack = true, UserStack = true };
        var rows = ScriptedRows.Recording(options);
        rows.Take(ScriptedRows.Block(ScriptedRows.WithStacks(ScriptedRows.Connect(1, "x"), options, [0x10], [])));
        var details = Sessions.RowViews.ToDetails(rows, 0)!;
        Assert.Equal([new FrameInfo("k10", "kernel", 0, "0x1", "0x10")], details.KernelStack!);
        Assert.Empty(details.UserStack!);
        Assert.True(Sessions.RowViews.ToInfo(rows.Renderer).HasStacks);
    }

    [Fact(Timeout = Timeout)]
    public async Task Csv_has_a_line_for_each_row_and_each_entry_of_the_ledger()
    {
        var (_, csv) = await ExportAsync("csv");
        Assert.Equal(
            "kind,number,time_ms,cpu,pid,tid,comm,func,message,port,path,events\r\n"
            + "event,0,0.5,1,7,8,curl,f0,\"443 /a,b\",443,\"/a,b\",1\r\n"
            + "event,1,1,1,7,8,'=cmd,f0,-5 <fault>,-5,<fault>,1\r\n".Replace(",-5 <fault>,", ",'-5 <fault>,", StringComparison.Ordinal)
            + "event,2,2,1,1,2,nginx,f0,,80,,1\r\n"
            + "loss,,,,,,,,not shown: they came faster than they could be read,,,17\r\n"
            + "left out,,,,,,,,left out by -M: they came after the last,,,1\r\n",
            csv);
    }

    [Fact(Timeout = Timeout)]
    public async Task Json_lines_have_an_object_for_each_row_and_the_ledger_last()
    {
        var (_, text) = await ExportAsync("jsonl");
        Assert.EndsWith("}\n", text);
        var lines = text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(4, lines.Count);
        Assert.Equal("""{"number":0,"timeMs":0.5,"cpu":1,"pid":7,"tid":8,"comm":"curl","func":"f0","message":"443 /a,b","values":{"port":443,"path":"/a,b"}}""", lines[0].GetRawText());
        Assert.Equal("""{"port":-5,"path":null}""", lines[1].GetProperty("values").GetRawText());
        Assert.Equal("""{"port":80}""", lines[2].GetProperty("values").GetRawText());
        Assert.Equal(
            """{"events":3,"losses":[{"cause":"ringFull","reason":"not shown: they came faster than they could be read","count":17}],"leftOut":[{"cause":"beyondMaximum","reason":"left out by -M: they came after the last","count":1}],"misses":2,""",
            lines[3].GetRawText()[..lines[3].GetRawText().IndexOf("\"skipped\"", StringComparison.Ordinal)]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Numbers_with_names_are_numbers_in_csv_and_both_in_json_lines()
    {
        var words = new NumberWords(new WordGroup(ulong.MaxValue, false, [new(80, "http")]));
        IReadOnlyList<BoundEvent> events = [ScriptedRows.Events[0], ScriptedRows.Events[1] with
        {
            Values = [ScriptedRows.Events[1].Values[0] with { Name = "to", Words = words }],
        }];
        var test = new TestManager();
        (test.Engine.Rows, test.Engine.Events) = (new RowOptions(), events);
        var (id, tracing) = await test.RunAsync();
        tracing.Send(Slot0(ScriptedRows.Accept(80)));
        tracing.Send(Slot0(ScriptedRows.Accept(81)));
        await test.TickAsync(id);
        var rows = new ExportedSlice(test.Sessions.FindSession(id)!, 0, 1).Rows!;
        Assert.False(Sessions.RowViews.ToInfo(rows.Renderer).Columns[2].IsNumber); // to the left, as words are
        using var csv = new MemoryStream();
        using var json = new MemoryStream();
        await RowExports.WriteCsvAsync(rows, csv);
        await RowExports.WriteJsonLinesAsync(rows, json);
        Assert.Contains(",f0,,,,80,1\r\n", Encoding.UTF8.GetString(csv.ToArray()));
        Assert.Contains("\"values\":{\"to\":80},\"words\":{\"to\":\"http\"}}", Encoding.UTF8.GetString(json.ToArray()));
        Assert.Contains("\"values\":{\"to\":81}}", Encoding.UTF8.GetString(json.ToArray()));
    }

    [Fact(Timeout = Timeout)]
    public async Task Bccs_text_ends_in_what_was_lost()
    {
        var (_, text) = await ExportAsync("bcc");
        Assert.EndsWith("\nPossibly lost 17 samples (not shown: they came faster than they could be read)\n", text);
        Assert.Equal(5, text.Count(character => character == '\n'));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_range_of_ticks_has_its_own_rows()
    {
        var (_, text) = await ExportAsync("jsonl", from: 1);
        Assert.Equal("2", JsonDocument.Parse(text.Split('\n')[0]).RootElement.GetProperty("number").GetRawText());
        Assert.StartsWith("""{"events":1,"losses":[],"leftOut":[{""", text.Split('\n')[1]);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_was_let_go_of_is_a_loss_of_the_range_it_was_in()
    {
        var test = new TestManager(new DashboardOptions { KeepRows = 2 });
        (test.Engine.Rows, test.Engine.Events) = (new RowOptions(), ScriptedRows.Events);
        var (id, tracing) = await test.RunAsync();
        for (var port = 0; port < 5; port++)
        {
            tracing.Send(ScriptedRows.Connect(port, "x"));
            await test.TickAsync(id);
        }

        var session = test.Sessions.FindSession(id)!;
        Assert.Equal((2, 3), await CountAsync(new ExportedSlice(session, 0, 5)));
        Assert.Equal((1, 1), await CountAsync(new ExportedSlice(session, 2, 4)));
        Assert.Equal((1, 0), await CountAsync(new ExportedSlice(session, 4, 5)));
        Assert.Equal((0, 2), await CountAsync(new ExportedSlice(session, 0, 2)));
    }

    private static async Task<(int Rows, long Gone)> CountAsync(ExportedSlice slice)
    {
        using var target = new MemoryStream();
        await RowExports.WriteJsonLinesAsync(slice.Rows!, target);
        var lines = Encoding.UTF8.GetString(target.ToArray()).TrimEnd('\n').Split('\n');
        var losses = JsonDocument.Parse(lines[^1]).RootElement.GetProperty("losses").EnumerateArray();
        return (lines.Length - 1, losses.Sum(loss => loss.GetProperty("count").GetInt64()));
    }

    private static async Task<(ExportedSlice Slice, string Text)> ExportAsync(string format, long? from = null)
    {
        var test = new TestManager();
        (test.Engine.Rows, test.Engine.Events) = (new RowOptions { MaxEvents = 3 }, ScriptedRows.Events);
        var (id, tracing) = await test.RunAsync();
        var begin = (ulong)test.Sessions.FindSession(id)!.Recording.Rows!.Clock.Origin;
        tracing.Send(ScriptedRows.Connect(443, "/a,b", time: begin + 500_000));
        tracing.Send(ScriptedRows.Connect(-5, null, comm: "=cmd", time: begin + 1_000_000));
        tracing.Lose(LossCause.RingFull, 17);
        await test.TickAsync(id);
        tracing.Send(Slot0(ScriptedRows.Accept(80, begin + 2_000_000)));
        tracing.Send(ScriptedRows.Connect(9, "too late"));
        await test.TickAsync(id);
        await test.Sessions.UntilEndedAsync(id);
        var slice = new ExportedSlice(test.Sessions.FindSession(id)!, from, 2);
        using var target = new MemoryStream();
        await slice.Rows!.WriterOf(slice.Details.Exports.Single(one => one.Id == format))(target);
        return (slice, Encoding.UTF8.GetString(target.ToArray()));
    }

    private static byte[] Slot0(byte[] record)
    {
        record[8] = 0;
        return record;
    }

    private static string Text(RowOptions options, params byte[][] records)
    {
        var rows = ScriptedRows.Recording(options);
        return string.Concat(new BccRows(rows.Renderer, Clock, TimeZoneInfo.Utc).Text(ScriptedRows.Block(records).Rows()));
    }
}
