using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Tests;

/// <summary>The rows of one session by REST and by the hub.</summary>
public sealed class RowsApiTests(Dashboard dashboard) : IClassFixture<Dashboard>, IAsyncLifetime
{
    private const int Timeout = 30_000;
    private string id = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (dashboard.Engine.Rows, dashboard.Engine.Events) = (new RowOptions { ShowCpu = true, Time = TimeColumn.TimeOfDay }, ScriptedRows.Events);
        (id, var tracing) = await dashboard.RunAsync();
        (dashboard.Engine.Rows, dashboard.Engine.Events) = (null, []);
        var begin = (ulong)dashboard.Sessions.FindSession(id)!.Recording.Rows!.Clock.Origin;
        for (var port = 0; port < 30; port++)
        {
            tracing.Send(ScriptedRows.Connect(port, $"/p{port}", time: begin + ((ulong)port * 1_000_000)));
        }

        await dashboard.TickAsync(id);
    }

    public async ValueTask DisposeAsync() => await dashboard.Sessions.StopAsync(id, Cancel);

    [Theory(Timeout = Timeout)]
    [InlineData("", 30, 30, 0)]
    [InlineData("?count=5&from=-5", 30, 5, 25)]
    [InlineData("?filter=port%20%3E%3D%2010%20%26%26%20comm%20%3D%3D%20%22curl%22&count=3", 20, 3, 10)]
    [InlineData("?text=/P2", 11, 11, 2)]
    [InlineData("?filter=time%20%3E%2027", 2, 2, 28)]
    [InlineData("?sort=port&descending=true&count=2", 30, 2, 29)]
    [InlineData("?until=10&from=3", 10, 7, 3)]
    public async Task A_window_of_rows_is_asked_for_by_an_address(string query, int matches, int rows, int first)
    {
        var page = (await dashboard.Script().GetFromJsonAsync<RowPage>($"/api/v1/sessions/{id}/rows{query}", Cancel))!;
        Assert.Equal((matches, rows, first, 30), (page.Matches, page.Rows.Count, page.Rows[0].Number, page.Looked));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("?count=0", 400, "An answer has 1 to 500 rows.")]
    [InlineData("?count=501", 400, "An answer has 1 to 500 rows.")]
    [InlineData("?until=-1", 400, "Rows are counted from 0.")]
    [InlineData("?filter=prt==1", 422, "The filter has mistakes.")]
    [InlineData("?sort=prt", 422, "The filter has mistakes.")]
    public async Task What_makes_no_sense_is_a_problem_that_says_so(string query, int status, string title) =>
        Assert.Equal((status, title), await dashboard.ProblemOfAsync($"/api/v1/sessions/{id}/rows{query}"));

    [Fact(Timeout = Timeout)]
    public async Task A_mistake_in_a_filter_has_its_place_and_a_hint()
    {
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{id}/rows?filter=1%20%2B%20prt", Cancel);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("problems")[0];
        Assert.Equal((4, "did you mean 'port'?"), (problem.GetProperty("start").GetInt32(), problem.GetProperty("hint").GetString()));
        Assert.Contains("1 + prt\n      ~~~", problem.GetProperty("rendered").GetString()!.Replace("^", "~", StringComparison.Ordinal));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("?by=comm,func", 1, 30, "")]
    [InlineData("?by=port&filter=port%20%3E%3D%2010&count=3", 20, 20, "10 11 12")]
    [InlineData("?by=comm&text=/P2&until=25", 1, 6, "")]
    [InlineData("?by=port&from=28", 30, 30, "28 29")]
    public async Task Equal_events_are_counted_by_an_address(string query, int groups, int counted, string ports)
    {
        var page = (await dashboard.Script().GetFromJsonAsync<GroupPage>($"/api/v1/sessions/{id}/rows/groups{query}", Cancel))!;
        Assert.Equal((groups, counted, 30, 0), (page.Groups, page.Counted, page.Looked, page.Beyond));
        Assert.Equal(counted / groups, page.Rows[0].Count);
        Assert.Contains(ports, string.Join(' ', page.Rows.Select(row => row.Example.Cells[0]!.Text)), StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("", 400, "Events are counted by 1 to 64 columns.")]
    [InlineData("?by=port&count=501", 400, "An answer has 1 to 500 rows.")]
    [InlineData("?by=port&from=-1", 400, "Groups are counted from 0.")]
    [InlineData("?by=prt", 422, "The filter has mistakes.")]
    [InlineData("?by=time", 422, "The filter has mistakes.")]
    [InlineData("?by=port&filter=prt==1", 422, "The filter has mistakes.")]
    public async Task What_cannot_be_counted_is_a_problem_that_says_so(string query, int status, string title) =>
        Assert.Equal((status, title), await dashboard.ProblemOfAsync($"/api/v1/sessions/{id}/rows/groups{query}"));

    [Fact(Timeout = Timeout)]
    public async Task A_row_is_told_in_detail()
    {
        var details = (await dashboard.Script().GetFromJsonAsync<RowDetails>($"/api/v1/sessions/{id}/rows/7", Cancel))!;
        Assert.Equal((7, "7 /p7"), (details.Row.Number, details.Row.Message));
        Assert.EndsWith(" 1   7       8       curl            f0               7 /p7", details.Line);
        foreach (var path in new[] { $"{id}/rows/30", $"{id}/rows/-1", "nobody/rows/1", "nobody/rows" })
        {
            using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{path}", Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_says_how_its_rows_are_to_be_shown_and_exported()
    {
        var session = await dashboard.Script().GetFromJsonAsync<JsonElement>($"/api/v1/sessions/{id}", Cancel);
        Assert.Equal(
            """{"columns":[{"name":"port","label":"port","type":"int","isNumber":true},{"name":"path","label":"path","type":"char *","isNumber":false}],"hasMessage":true,"hasStacks":false,"showTime":"timeOfDay","showCpu":true,"countEqual":false}""",
            session.GetProperty("rows").GetRawText());
        Assert.Equal(["bcc", "csv", "jsonl"], session.GetProperty("exports").EnumerateArray().Select(format => format.GetProperty("id").GetString()));
        var fold = await dashboard.Script().GetFromJsonAsync<Fold>($"/api/v1/sessions/{id}/fold", Cancel);
        Assert.Equal(new RowFold(0, 30), fold!.Rows);
        using var export = await dashboard.Script().GetAsync($"/api/v1/sessions/{id}/export?format=jsonl", Cancel);
        Assert.Equal("application/jsonl; charset=utf-8", export.Content.Headers.ContentType!.ToString());
        Assert.Equal(31, (await export.Content.ReadAsStringAsync(Cancel)).Count(character => character == '\n'));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_hub_tells_the_same()
    {
        await using var client = await HubClient.ConnectAsync(dashboard);
        var query = new RowQuery("port < 3", null, null, false, null, 0, 10);
        var page = await client.CallAsync<RowPage>("Rows", id, query);
        Assert.Equal([0, 1, 2], page!.Rows.Select(row => row.Number));
        var groups = await client.CallAsync<GroupPage>("RowGroups", id, new GroupQuery(["comm"], null, null, null, 0, 10));
        Assert.Equal((30, "curl"), (groups!.Rows.Single().Count, groups.Rows.Single().Example.Comm));
        Assert.Equal("2 /p2", (await client.CallAsync<RowDetails>("RowDetails", id, 2))!.Row.Message);
        Assert.Null(await client.CallAsync<RowDetails>("RowDetails", id, 99));
        Assert.Contains("An answer has 1 to 500 rows.", await ErrorAsync(client, "Rows", id, query with { Count = 501 }));
        Assert.Contains("There is no session", await ErrorAsync(client, "Rows", "nobody", query));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_that_only_counts_has_no_rows()
    {
        var (other, _) = await dashboard.RunAsync();
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{other}/rows", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var row = await dashboard.Script().GetAsync($"/api/v1/sessions/{other}/rows/0", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, row.StatusCode);
        await using var client = await HubClient.ConnectAsync(dashboard);
        Assert.Contains("only counts", await ErrorAsync(client, "RowDetails", other, 0));
        await dashboard.Sessions.StopAsync(other, Cancel);
    }

    private static async Task<string> ErrorAsync(HubClient client, string target, params object[] arguments) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => client.CallAsync<JsonElement>(target, arguments))).Message;
}
