using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Tests;

/// <summary>Folds and time lines by REST, of one session of six ticks.</summary>
public sealed class RecordingsApiTests(Dashboard dashboard) : IClassFixture<Dashboard>, IAsyncLifetime
{
    private const int Timeout = 30_000;
    private string id = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (id, var tracing) = await dashboard.RunAsync(stacks: new StackOptions { PerProcess = true, Offsets = true });
        for (var tick = 0; tick < 6; tick++)
        {
            tracing.Hit(new StackContext(7, 0, -1, "sshd"), $"main;f{tick / 2}", 1 << tick);
            await dashboard.TickAsync(id);
        }
    }

    public async ValueTask DisposeAsync() => await dashboard.Sessions.StopAsync(id, Cancel);

    [Theory(Timeout = Timeout)]
    [InlineData("", 0, 6, 63)]
    [InlineData("?from=1&to=3", 1, 3, 6)]
    [InlineData("?to=2", 0, 2, 3)]
    [InlineData("?from=4&to=99", 4, 6, 48)]
    [InlineData("?fromMs=100&toMs=300", 1, 3, 6)]
    [InlineData("?fromMs=449.9", 4, 6, 48)]
    [InlineData("?from=2&toMs=500", 2, 5, 28)]
    [InlineData("?from=99", 6, 6, 0)]
    public async Task A_range_is_given_by_ticks_or_by_time(string query, long from, long to, long count)
    {
        var fold = await GetAsync<Fold>($"fold{query}");
        Assert.Equal((from, to, count), (fold.From, fold.To, fold.Counts.Sum()));
        Assert.Equal(count, fold.Stacks!.Counts.Sum());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_range_has_the_definitions_that_are_new_in_it_or_all()
    {
        var range = (await GetAsync<Fold>("fold?from=2&to=4")).Stacks!;
        Assert.Equal(["f1"], range.Frames.Select(frame => frame.Name));
        var all = (await GetAsync<Fold>("fold?from=2&to=4&definitions=all")).Stacks!;
        Assert.Equal(["main", "f0", "f1"], all.Frames.Select(frame => frame.Name));
        Assert.Equal(range.Counts, all.Counts);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("fold?from=-1", "Ticks are counted from 0.")]
    [InlineData("fold?from=3&to=2", "'to' is before 'from'.")]
    [InlineData("fold?fromMs=3&toMs=2", "'toMs' is before 'fromMs'.")]
    [InlineData("fold?from=1&fromMs=100", "'from' and 'fromMs' say the same thing: give one.")]
    [InlineData("fold?to=1&toMs=100", "'to' and 'toMs' say the same thing: give one.")]
    [InlineData("fold?toMs=NaN", "Session time is counted from 0, in milliseconds.")]
    [InlineData("fold?fromMs=1e300", "Session time is counted from 0, in milliseconds.")]
    [InlineData("fold?definitions=some", "There are no definitions 'some'.")]
    [InlineData("timeline?maxPoints=0", "A time line has 1 to 2000 points.")]
    [InlineData("timeline?maxPoints=2001", "A time line has 1 to 2000 points.")]
    [InlineData("export?from=3&to=2", "'to' is before 'from'.")]
    [InlineData("export?format=xml", "There is no format 'xml'.")]
    public async Task What_makes_no_sense_is_a_problem_that_says_so(string path, string title) =>
        Assert.Equal((400, title), await dashboard.ProblemOfAsync($"/api/v1/sessions/{id}/{path}"));

    [Theory(Timeout = Timeout)]
    [InlineData("fold")]
    [InlineData("timeline")]
    [InlineData("export")]
    public async Task An_unknown_session_is_not_found(string path)
    {
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/nonsense/{path}", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_time_line_has_as_many_points_as_asked_for_at_most()
    {
        Assert.Equal([1, 2, 4, 8, 16, 32], (await GetAsync<Timeline>("timeline")).Events);
        var line = await GetAsync<Timeline>("timeline?maxPoints=3");
        Assert.Equal([3, 12, 48], line.Events);
        Assert.Equal([0, 2, 4, 6], line.Ticks);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_says_how_its_stacks_are_to_be_shown_and_how_to_export_them()
    {
        var details = await GetAsync<JsonElement>("");
        var stacks = details.GetProperty("stacks").Deserialize<StackInfo>(JsonSerializerOptions.Web);
        Assert.Equal(
            new StackInfo(true, true, true, false, false, false, true, false, false, false, Sampled: false, null), stacks);
        Assert.Equal(
            ["html", "bcc", "folded", "pprof", "speedscope", "csv", "json"],
            details.GetProperty("exports").EnumerateArray().Select(format => format.GetProperty("id").GetString()));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("bcc", "txt", "text/plain")]
    [InlineData("folded", "folded", "text/plain")]
    [InlineData("pprof", "pb.gz", "application/gzip")]
    [InlineData("speedscope", "speedscope.json", "application/json")]
    [InlineData("csv", "csv", "text/csv")]
    [InlineData("json", "json", "application/json")]
    public async Task Each_format_is_a_file_with_a_name(string format, string extension, string type)
    {
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{id}/export?format={format}&from=1&toMs=400", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"funccount-{id}.{extension}", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_export_of_a_range_has_what_happened_in_it()
    {
        var text = await dashboard.Script().GetStringAsync($"/api/v1/sessions/{id}/export?format=folded&fromMs=200&to=5", Cancel);
        Assert.Equal("sshd;main;f1 12\nsshd;main;f2 16\n", text);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_without_stacks_has_no_formats_of_stacks()
    {
        var (counts, _) = await dashboard.RunAsync();
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{counts}/export?format=pprof", Cancel);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("Formats of this session are bcc, csv and json.", problem.GetProperty("hint").GetString());
        await dashboard.Sessions.StopAsync(counts, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_viewer_may_read_folds_and_nobody_else()
    {
        using var viewer = await dashboard.VisitorAsync(Roles.Viewer);
        using var seen = await viewer.GetAsync($"/api/v1/sessions/{id}/fold", Cancel);
        using var refused = await dashboard.Nobody().GetAsync($"/api/v1/sessions/{id}/fold", Cancel);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (seen.StatusCode, refused.StatusCode));
    }

    private async Task<T> GetAsync<T>(string path)
    {
        var answer = await dashboard.Script().GetFromJsonAsync<T>($"/api/v1/sessions/{id}/{path}".TrimEnd('/'), Cancel);
        return Assert.IsType<T>(answer);
    }
}
