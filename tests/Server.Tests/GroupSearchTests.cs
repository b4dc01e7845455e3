using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Tests;

/// <summary>Equal events, counted.</summary>
public sealed class GroupSearchTests
{
    private static readonly GroupQuery ByPath = new(["path"], null, null, null, 0, 10);
    private readonly SteppingTime time = new();

    [Fact]
    public void Equal_events_are_counted_the_most_frequent_first()
    {
        var rows = Rows("a", "b", "c", "b", "c", "b", null, "a");
        Assert.Equal("3 b, 2 a, 2 c, 1 <fault>", Words(rows.Search.Groups.Page(ByPath)));
        Assert.Equal("2 c, 1 <fault>", Words(rows.Search.Groups.Page(ByPath with { From = 2 })));
        Assert.Equal("3 b", Words(rows.Search.Groups.Page(ByPath with { Count = 1 })));
        Assert.Equal("", Words(rows.Search.Groups.Page(ByPath with { From = 99 })));
        var page = rows.Search.Groups.Page(ByPath);
        Assert.Equal((4, 8, 0, 8), (page.Groups, page.Counted, page.Beyond, page.Looked));
        Assert.Equal(5, page.Rows[0].Example.Number); // the newest, which is kept the longest
    }

    [Theory]
    [InlineData("pid", 2)]
    [InlineData("tid", 2)]
    [InlineData("cpu", 1)]
    [InlineData("comm", 2)]
    [InlineData("func", 1)]
    [InlineData("message", 4)]
    [InlineData("port", 2)]
    [InlineData("path", 2)]
    [InlineData("port,path", 4)]
    [InlineData("comm,pid,port,path", 5)]
    public void Events_are_counted_by_any_columns(string columns, int groups)
    {
        var rows = ScriptedRows.Recording(time: time);
        rows.Take(ScriptedRows.Block(
            ScriptedRows.Connect(1, "12"), ScriptedRows.Connect(11, "2"), ScriptedRows.Connect(1, "2"), ScriptedRows.Connect(11, "12"),
            ScriptedRows.Connect(1, "12", pid: 9, comm: "wget"), ScriptedRows.Connect(1, "12")));
        Assert.Equal(groups, rows.Search.Groups.Page(ByPath with { By = columns.Split(',') }).Groups);
    }

    [Fact]
    public void Counting_is_within_a_filter_and_a_text()
    {
        var rows = Rows("a", "b", "bb", "b", "c");
        Assert.Equal("2 b, 1 bb", Words(rows.Search.Groups.Page(ByPath with { Text = "B" })));
        Assert.Equal("1 b, 1 c", Words(rows.Search.Groups.Page(ByPath with { Filter = "port >= 3" })));
        Assert.Equal("prt".Length, rows.Search.Groups.Page(ByPath with { Filter = "prt" }).Problem!.Length);
        Assert.Equal("there is no column 'time' to count by", rows.Search.Groups.Page(ByPath with { By = ["time"] }).Problem!.Message);
    }

    [Fact]
    public void No_answer_counts_for_long_and_asking_again_gets_further()
    {
        var rows = Rows([.. Enumerable.Range(0, 2000).Select(number => $"{number % 3}")]);
        time.Step = TimeSpan.FromMilliseconds(30);
        var looked = new List<(long, long)>();
        while (rows.Search.Groups.Page(ByPath) is var page && (looked.Count == 0 || looked[^1].Item1 < page.End))
        {
            looked.Add((page.Looked, page.Counted));
        }

        Assert.Equal([(512, 512), (1024, 1024), (1536, 1536), (2000, 2000)], looked);
    }

    [Fact]
    public void What_was_counted_stays_counted_and_shown_when_its_events_are_let_go_of()
    {
        var rows = Rows(["gone", "gone", "x"], maxRows: 3);
        Assert.Equal("2 gone, 1 x", Words(rows.Search.Groups.Page(ByPath)));
        rows.Take(ScriptedRows.Block(Enumerable.Range(0, 3).Select(_ => ScriptedRows.Connect(1, "x"))));
        var page = rows.Search.Groups.Page(ByPath);
        Assert.Equal((3, "4 x, 2 gone"), (page.First, Words(page)));
        Assert.Equal(0, page.Rows[1].Example.Number);
    }

    [Fact]
    public void Who_stops_keeps_what_was_counted_until_then()
    {
        var rows = Rows(["a", "a", "b"], maxRows: 3);
        rows.Search.Groups.Page(ByPath);
        var stopped = ByPath with { Until = 3 };
        rows.Take(ScriptedRows.Block(Enumerable.Range(0, 3).Select(_ => ScriptedRows.Connect(1, "b"))));
        Assert.Equal("2 a, 1 b", Words(rows.Search.Groups.Page(stopped))); // though none of them is kept
        Assert.Equal("4 b, 2 a", Words(rows.Search.Groups.Page(ByPath)));
        Assert.Equal("2 a, 1 b", Words(rows.Search.Groups.Page(stopped)));
        Assert.Equal(6, rows.Search.Groups.Page(stopped).Looked);
    }

    [Fact]
    public void Of_too_many_groups_the_rest_is_counted_together()
    {
        var groups = new RowGroups(maxGroups: 2, maxBytes: long.MaxValue);
        var rows = Rows("a", "b", "c", "a", "c");
        var (keys, _) = GroupKeys.Of(["path"], rows);
        foreach (var row in rows.Store.Read(0, 10))
        {
            groups.Add(row, keys!.Of(row.Row));
        }

        Assert.Equal((2, 3, 2), (groups.Count, groups.Counted, groups.Beyond));
        Assert.InRange(groups.Size, 300, 2000);
        var small = new RowGroups(maxGroups: 100, maxBytes: 1);
        Assert.All(rows.Store.Read(0, 10), row => small.Add(row, keys!.Of(row.Row)));
        Assert.Equal((1, 2, 3), (small.Count, small.Counted, small.Beyond));
    }

    [Fact]
    public void Events_with_other_stacks_are_not_equal_by_stack()
    {
        var options = new RowOptions { KernelStack = true, UserStack = true };
        var rows = ScriptedRows.Recording(options, time: time);
        byte[] Row(ulong kernel, ulong user) => ScriptedRows.WithStacks(ScriptedRows.Connect(1, "x"), options, [kernel], [user]);
        rows.Take(ScriptedRows.Block(Row(1, 2), Row(1, 3), Row(1, 2), Row(2, 2)));
        Assert.Equal([2, 1, 1], rows.Search.Groups.Page(ByPath with { By = ["comm", "stack"] }).Rows.Select(group => group.Count));
        Assert.Equal(1, rows.Search.Groups.Page(ByPath with { By = ["comm"] }).Groups);
    }

    [Fact]
    public async Task Many_may_count_while_events_come_and_go()
    {
        var cancel = TestContext.Current.CancellationToken;
        var rows = ScriptedRows.Recording(maxRows: 1000);
        var adding = Task.Run(() => Enumerable.Range(0, 300).ToList().ForEach(tick =>
            rows.Take(ScriptedRows.Block(Enumerable.Range(0, 20).Select(port => ScriptedRows.Connect(port % 4, "x"))))), cancel);
        var viewers = Enumerable.Range(0, 4).Select(viewer => Task.Run(() =>
        {
            GroupPage page;
            do
            {
                page = rows.Search.Groups.Page(ByPath with { By = ["port"], Until = viewer < 2 ? null : 2000 });
                Assert.Equal(page.Counted, page.Rows.Sum(group => group.Count));
                Assert.InRange(page.Groups, 0, 4);
            }
            while (!adding.IsCompleted);
        }, cancel)).ToList();
        await Task.WhenAll([adding, .. viewers]);
    }

    private static string Words(GroupPage page) =>
        string.Join(", ", page.Rows.Select(group => $"{group.Count} {group.Example.Cells[1]!.Text}"));

    private RowRecording Rows(params string?[] paths) => Rows(paths, 1_000_000);

    private RowRecording Rows(string?[] paths, long maxRows)
    {
        var rows = ScriptedRows.Recording(maxRows: maxRows, time: time);
        rows.Take(ScriptedRows.Block(paths.Select((path, port) => ScriptedRows.Connect(port, path))));
        return rows;
    }
}
