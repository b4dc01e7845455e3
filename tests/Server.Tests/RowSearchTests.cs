using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;

namespace BpfDashboard.Server.Tests;

public sealed class RowSearchTests
{
    private static readonly RowQuery Everything = new(null, null, null, false, null, 0, 10);
    private readonly SteppingTime time = new();

    [Theory]
    [InlineData(0, 10, 0, 0, 10)]
    [InlineData(95, 10, 95, 95, 5)]
    [InlineData(-3, 10, 97, 97, 3)]
    [InlineData(-500, 2, 0, 0, 2)]
    [InlineData(500, 10, 100, -1, 0)]
    public void A_window_is_given_from_the_start_or_from_the_end(long from, int count, long place, long first, int rows)
    {
        var page = Rows(100).Search.Page(Everything with { From = from, Count = count });
        Assert.Equal((0, 100, 100, 100, place), (page.First, page.End, page.Matches, page.Looked, page.From));
        Assert.Equal(Enumerable.Range((int)first, rows).Select(number => (long)number), page.Rows.Select(row => row.Number));
    }

    [Fact]
    public void A_row_is_shown_with_all_it_has()
    {
        var rows = ScriptedRows.Recording();
        rows.Take(ScriptedRows.Block(ScriptedRows.Connect(443, "/x\xff", 9, "cu\x1brl", 2_500_000), ScriptedRows.Connect(1, null), ScriptedRows.Accept(80)));
        var page = rows.Search.Page(Everything);
        Assert.Equal("443 /x\ufffd", page.Rows[0].Message);
        Assert.Equal((2.5, 1, 9, 10, "cu\u001brl", 0), (page.Rows[0].Ms, page.Rows[0].Cpu, page.Rows[0].Pid, page.Rows[0].Tid, page.Rows[0].Comm, page.Rows[0].Slot));
        Assert.Equal([new RowCell("443"), new RowCell("/x\ufffd")], page.Rows[0].Cells);
        Assert.Equal(new RowCell("<fault>", null, true), page.Rows[1].Cells[1]);
        Assert.Equal("1 <fault>", page.Rows[1].Message);
        Assert.Equal([new RowCell("80"), null], page.Rows[2].Cells);
        Assert.Equal("port = 80", page.Rows[2].Message); // it has no format, but others have
    }

    [Theory]
    [InlineData("port >= 90", null, 10)]
    [InlineData("port % 10 == 3 && comm == \"curl\"", null, 10)]
    [InlineData(null, "/P7", 11)]
    [InlineData("port < 50", "/p4", 11)]
    [InlineData(null, "no such text", 0)]
    [InlineData("   ", "", 100)]
    public void Rows_match_a_filter_and_a_text(string? filter, string? text, int matches)
    {
        var page = Rows(100).Search.Page(Everything with { Filter = filter, Text = text, Count = 500 });
        Assert.Equal((matches, matches), (page.Matches, page.Rows.Count));
        Assert.Null(page.Problem);
    }

    [Fact]
    public void A_mistake_in_a_filter_is_told_with_its_place()
    {
        var page = Rows(3).Search.Page(Everything with { Filter = "prt == 1" });
        Assert.Equal(new SpecProblem(0, 3, "there is no column 'prt'", "did you mean 'port'?"), page.Problem);
        Assert.Empty(page.Rows);
        Assert.NotNull(Rows(3).Search.Page(Everything with { SortBy = "prt" }).Problem);
    }

    [Fact]
    public void No_answer_looks_for_long_and_asking_again_gets_further()
    {
        var rows = Rows(2000);
        time.Step = TimeSpan.FromMilliseconds(30);
        var query = Everything with { Filter = "port % 2 == 0", From = -1 };
        var pages = new List<RowPage>();
        do
        {
            pages.Add(rows.Search.Page(query));
        }
        while (pages[^1].Looked < pages[^1].End);

        Assert.Equal([512, 1024, 1536, 2000], pages.Select(page => page.Looked));
        Assert.Equal([256, 512, 768, 1000], pages.Select(page => page.Matches));
        Assert.Equal(1998, pages[^1].Rows.Single().Number);
    }

    [Fact]
    public void What_was_looked_at_is_not_looked_at_again()
    {
        var rows = Rows(2000);
        var query = Everything with { Filter = "port % 2 == 0" };
        rows.Search.Page(query);
        time.Step = TimeSpan.FromHours(1);
        rows.Take(Block(2000, 100));
        Assert.Equal((2100, 1050), (rows.Search.Page(query).Looked, rows.Search.Page(query).Matches));
    }

    [Fact]
    public void What_was_let_go_of_matches_no_more()
    {
        var rows = Rows(100, maxRows: 100);
        var query = Everything with { Filter = "port % 2 == 0" };
        Assert.Equal(50, rows.Search.Page(query).Matches);
        rows.Take(Block(100, 50));
        rows.Take(Block(150, 30));
        var page = rows.Search.Page(query);
        Assert.Equal((100, 180, 40, 100), (page.First, page.End, page.Matches, page.Rows[0].Number));
        Assert.Equal((80, 100), (rows.Search.Page(Everything).Matches, rows.Search.Page(Everything).Rows[0].Number));
    }

    [Fact]
    public void Who_has_stopped_sees_nothing_newer()
    {
        var rows = Rows(100);
        var paused = Everything with { Until = 60, From = -2 };
        Assert.Equal([58, 59], rows.Search.Page(paused).Rows.Select(row => row.Number));
        Assert.Equal([57, 59], rows.Search.Page(paused with { Filter = "port & 1" }).Rows.Select(row => row.Number));
        var sorted = rows.Search.Page(paused with { SortBy = "port", Descending = true, From = 0, Count = 2 });
        Assert.Equal([59, 58], sorted.Rows.Select(row => row.Number));
        Assert.Equal((60, 100, 100), (sorted.Matches, sorted.End, sorted.Looked));
    }

    [Theory]
    [InlineData("port", false, "1 2 2 3 10")]
    [InlineData("port", true, "10 3 2 2 1")]
    [InlineData("path", false, "3 10 2 1 2")]
    [InlineData("message", false, "1 10 2 2 3")]
    [InlineData("time", true, "10 1 2 2 3")]
    public void Rows_are_sorted_by_any_column(string column, bool descending, string ports)
    {
        var rows = ScriptedRows.Recording(time: time);
        (int Port, string? Path)[] all = [(3, null), (2, "b"), (2, "c"), (1, "B"), (10, "A")];
        rows.Take(ScriptedRows.Block(all.Select((row, index) => ScriptedRows.Connect(row.Port, row.Path, time: (ulong)index))));
        var page = rows.Search.Page(Everything with { SortBy = column, Descending = descending });
        Assert.Equal(ports, string.Join(' ', page.Rows.Select(row => row.Cells[0]!.Text)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_order_is_the_same_whether_rows_come_at_once_or_in_pieces_and_are_let_go_of(int seed)
    {
        var random = new Random(seed);
        var rows = ScriptedRows.Recording(maxRows: 700, time: time);
        time.Step = TimeSpan.FromMilliseconds(30);
        var query = Everything with { SortBy = "port", Filter = "port != 5", Count = 500 };
        for (var tick = 0; tick < 40; tick++)
        {
            rows.Take(ScriptedRows.Block(Enumerable.Range(0, random.Next(100)).Select(_ => ScriptedRows.Connect(random.Next(50), "x"))));
            rows.Search.Page(query);
        }

        while (rows.Search.Page(query) is var page && page.Looked < page.End)
        {
        }

        var expected = rows.Store.Read(0, 10_000)
            .Select(row => (Port: rows.Renderer.Number(row.Row, 0), row.Number)).Where(row => row.Port != 5).Order().ToList();
        var found = rows.Search.Page(query);
        Assert.Equal(expected.Count, found.Matches);
        Assert.Equal(expected.Take(500).Select(row => row.Number), found.Rows.Select(row => row.Number));
    }

    [Fact]
    public void Only_the_last_few_filters_are_remembered()
    {
        var rows = Rows(5000);
        for (var number = 0; number < 100; number++)
        {
            rows.Search.Page(Everything with { Filter = $"port != {number}" });
            rows.Search.Page(Everything with { SortBy = "port", Until = number });
        }

        Assert.InRange(rows.Search.Size, 1, 40_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_an_order_that_holds_still_nothing_moves_when_the_oldest_are_let_go_of(bool descending)
    {
        var rows = ScriptedRows.Recording(maxRows: 100, time: time);
        rows.Take(ScriptedRows.Block(Enumerable.Range(0, 50).Select(number => ScriptedRows.Connect((number * 7) % 50, "x"))));
        rows.Take(ScriptedRows.Block(Enumerable.Range(50, 50).Select(number => ScriptedRows.Connect((number * 7) % 50, "x"))));
        var paused = Everything with { SortBy = "port", Descending = descending, Until = 100, From = 10, Count = 20 };
        var before = rows.Search.Page(paused);
        Assert.Null(before.Gone);
        rows.Take(Block(100, 40)); // the first 50 go
        var page = rows.Search.Page(paused);
        Assert.Equal((50, 100, 10), (page.First, page.Matches, page.From));
        var kept = before.Rows.Select((row, place) => (Place: place, row.Number)).Where(row => row.Number >= 50).ToList();
        Assert.Equal(kept.Select(row => row.Number), page.Rows.Select(row => row.Number));
        Assert.Equal(Enumerable.Range(0, 20).Except(kept.Select(row => row.Place)), page.Gone!);
        Assert.Null(rows.Search.Page(paused with { Until = null }).Gone); // who does not hold still sees what there is
    }

    [Fact]
    public void Several_orders_are_remembered_at_once_as_long_as_they_fit()
    {
        var rows = Rows(1000);
        string[] columns = ["port", "path", "comm", "pid", "time", "message"];
        foreach (var column in columns)
        {
            rows.Search.Page(Everything with { SortBy = column });
        }

        time.Step = TimeSpan.FromHours(1); // from here on an answer looks at 256 rows and no more
        rows.Take(Block(1000, 10));
        Assert.All(columns, column => Assert.Equal(1010, rows.Search.Page(Everything with { SortBy = column }).Looked));
    }

    [Fact]
    public void A_search_used_longest_ago_is_forgotten_when_all_take_too_much()
    {
        var memory = new SearchMemory(maxCount: 3, maxBytes: 100);
        static SearchKey Key(string name) => new(name, null, null, null, 0);
        var first = memory.Get(Key("a"), () => "a");
        first.Size = 40;
        memory.Get(Key("b"), () => "b").Size = 30;
        Assert.Same(first, memory.Get(Key("a"), () => "again"));
        memory.Get(Key("c"), () => "c").Size = 50;
        Assert.Equal(120, memory.Size);
        memory.Get(Key("c"), () => "c"); // b was used longest ago, and went
        Assert.Null(memory.Peek<string>(Key("b")));
        Assert.Equal("a", memory.Peek<string>(Key("a"))?.Value);
        memory.Get(Key("d"), () => "d").Size = 500;
        Assert.Equal("d", memory.Get(Key("d"), () => "again").Value); // the newest stays, whatever it takes
    }

    [Fact]
    public void A_row_is_told_in_detail_while_it_is_kept()
    {
        var rows = Rows(100, maxRows: 100);
        var details = Server.Sessions.RowViews.ToDetails(rows, 42)!;
        Assert.Equal((42, "7       8       curl            tcp_connect      42 /p42"), (details.Row.Number, details.Line));
        Assert.Equal((null, null), (details.KernelStack, details.UserStack));
        Assert.Null(Server.Sessions.RowViews.ToDetails(rows, 100));
        Assert.Null(Server.Sessions.RowViews.ToDetails(rows, -1));
        rows.Take(Block(100, 50));
        Assert.Null(Server.Sessions.RowViews.ToDetails(rows, 42));
    }

    [Fact]
    public async Task Many_may_search_while_rows_come_and_go()
    {
        var cancel = TestContext.Current.CancellationToken;
        var rows = ScriptedRows.Recording(maxRows: 1000);
        var adding = Task.Run(() => Enumerable.Range(0, 500).ToList().ForEach(tick => rows.Take(Block(tick * 20, 20))), cancel);
        var viewers = Enumerable.Range(0, 4).Select(viewer => Task.Run(() =>
        {
            RowPage page;
            do
            {
                page = rows.Search.Page(Everything with { Filter = "port % 2 == 0", SortBy = viewer % 2 == 0 ? "port" : null, From = -5 });
                Assert.All(page.Rows, row => Assert.Equal(0, row.Number % 2));
                Assert.InRange(page.Matches, 0, 530);
            }
            while (!adding.IsCompleted);
        }, cancel)).ToList();
        await Task.WhenAll([adding, .. viewers]);
    }

    private RowRecording Rows(int count, long maxRows = 1_000_000)
    {
        var rows = ScriptedRows.Recording(maxRows: maxRows, time: time);
        rows.Take(Block(0, count));
        return rows;
    }

    private static Tracing.Aggregation.RowBlock Block(int from, int count) => ScriptedRows.Block(
        Enumerable.Range(from, count).Select(port => ScriptedRows.Connect(port, $"/p{port}", time: (ulong)port)));
}
