using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BpfDashboard.Server.Api;

namespace BpfDashboard.Server.Tests;

public sealed class ApiTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 30_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_session_is_created_found_listed_stopped_and_deleted()
    {
        using var client = dashboard.Script();
        var (status, made) = await PostAsync(client, "/api/v1/sessions", new { command = "sudo funccount-bpfcc -i 1 'c:f*'" });
        var id = made.GetProperty("summary").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("funccount -i 1 'c:f*'", made.GetProperty("summary").GetProperty("command").GetString());

        var found = await client.GetFromJsonAsync<JsonElement>($"/api/v1/sessions/{id}", Cancel);
        Assert.Equal(1000, found.GetProperty("intervalMs").GetDouble());
        var list = await client.GetFromJsonAsync<JsonElement[]>("/api/v1/sessions", Cancel);
        Assert.Equal(id, list![0].GetProperty("id").GetString());

        (status, var stopped) = await PostAsync(client, $"/api/v1/sessions/{id}/stop", new { });
        Assert.Equal((HttpStatusCode.OK, "finished"), (status, stopped.GetProperty("summary").GetProperty("state").GetString()));
        using var deleted = await client.DeleteAsync($"/api/v1/sessions/{id}", Cancel);
        using var gone = await client.GetAsync($"/api/v1/sessions/{id}", Cancel);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_answer_to_a_new_session_says_where_it_is()
    {
        using var client = dashboard.Script();
        using var answer = await client.PostAsJsonAsync("/api/v1/sessions", new { command = "funccount c:f" }, Cancel);
        var location = answer.Headers.Location!.OriginalString;
        using var found = await client.GetAsync(location, Cancel);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        using var deleted = await client.DeleteAsync(location, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task Mistakes_come_with_span_hint_and_caret()
    {
        var (status, problem) = await PostAsync(dashboard.Script(), "/api/v1/sessions", new { command = "funccount -i x c:f" });
        var first = problem.GetProperty("problems")[0];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal((13, 1), (first.GetProperty("start").GetInt32(), first.GetProperty("length").GetInt32()));
        Assert.Contains("is not a number", first.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("\n               ^\n", first.GetProperty("rendered").GetString(), StringComparison.Ordinal);
        Assert.NotNull(first.GetProperty("hint").GetString());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_check_says_the_same_without_running_anything()
    {
        using var client = dashboard.Script();
        var (status, good) = await PostAsync(client, "/api/v1/specs/check", new { command = "funccount 'c:f*'" });
        Assert.Equal((HttpStatusCode.OK, 3), (status, good.GetProperty("targetCount").GetInt32()));
        Assert.Equal("3 user functions of libc.so.6", good.GetProperty("summary").GetString());
        (_, var bad) = await PostAsync(client, "/api/v1/specs/check", new { command = "funccount -i x c:f" });
        Assert.Contains("^", bad.GetProperty("problems")[0].GetProperty("rendered").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Help_is_an_answer_and_no_mistake()
    {
        var (status, usage) = await PostAsync(dashboard.Script(), "/api/v1/sessions", new { command = "funccount -h" });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("usage: funccount", usage.GetProperty("help").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_run_now_is_a_conflict_with_a_hint()
    {
        dashboard.Engine.Names = [.. Enumerable.Range(0, 20_001).Select(slot => $"f{slot}")];
        var (status, problem) = await PostAsync(dashboard.Script(), "/api/v1/sessions", new { command = "funccount 'c:f*'" });
        dashboard.Engine.Names = ["f0", "f1", "f2"];
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("Narrow the pattern, or raise MaxProbesPerSession.", problem.GetProperty("hint").GetString());
    }

    [Theory]
    [InlineData("c:str*", "funccount 'c:str*'")]
    [InlineData("c:o'clock $(reboot)", @"funccount 'c:o'\''clock $(reboot)'")]
    [InlineData("-p 1", "funccount -- '-p 1'")]
    [InlineData("t:sched:sched_switch", "funccount t:sched:sched_switch")]
    public void Parts_become_the_text_a_person_would_type(string probe, string expected) =>
        Assert.Equal(expected, new StructuredCommand("funccount", probe, null).ToText());

    [Fact]
    public void All_options_become_flags() => Assert.Equal(
        "funccount -p 7 -i 0.5 -d 10 -c 1 -T -r '^c:f.*'",
        new StructuredCommand("funccount", "^c:f.*", new StructuredOptions(7, 0.5, 10, true, true, 1)).ToText());

    [Fact(Timeout = Timeout)]
    public async Task Parts_start_a_session_too()
    {
        using var client = dashboard.Script();
        var (status, made) = await PostAsync(client, "/api/v1/sessions", new
        {
            tool = "funccount",
            probe = "c:f*",
            options = new { duration = 5, timestamp = true },
        });
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("funccount -d 5 -T 'c:f*'", made.GetProperty("summary").GetProperty("command").GetString());
        using var deleted = await client.DeleteAsync($"/api/v1/sessions/{made.GetProperty("summary").GetProperty("id")}", Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_host_says_what_it_can_do()
    {
        var host = await dashboard.Script().GetFromJsonAsync<JsonElement>("/api/v1/capabilities", Cancel);
        Assert.Equal("6.18", host.GetProperty("kernel").GetString());
        var kind = host.GetProperty("kinds")[0];
        Assert.Equal("kernelFunctions", kind.GetProperty("id").GetString());
        Assert.Equal("not built in", kind.GetProperty("problem").GetString());
        Assert.Equal("EOPNOTSUPP", host.GetProperty("mechanisms")[0].GetProperty("kernelSays").GetString());
    }

    [Fact]
    public async Task The_host_is_described_as_text_too()
    {
        using var answer = await dashboard.Script().GetAsync("/api/v1/capabilities?format=text", Cancel);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(dashboard.Engine.Inspect().ToString(), await answer.Content.ReadAsStringAsync(Cancel));
        using var unknown = await dashboard.Script().GetAsync("/api/v1/capabilities?format=xml", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_description_names_every_address()
    {
        var document = await dashboard.Script().GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancel);
        Assert.Equal(
            [
                "/api/v1/capabilities", "/api/v1/invitations", "/api/v1/sessions", "/api/v1/sessions/{id}",
                "/api/v1/sessions/{id}/export", "/api/v1/sessions/{id}/fold", "/api/v1/sessions/{id}/heatmap",
                "/api/v1/sessions/{id}/rows", "/api/v1/sessions/{id}/rows/groups", "/api/v1/sessions/{id}/rows/{number}",
                "/api/v1/sessions/{id}/slice", "/api/v1/sessions/{id}/stop", "/api/v1/sessions/{id}/timeline", "/api/v1/specs/check",
            ],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_operation_has_an_id_and_says_what_it_answers()
    {
        var document = await dashboard.Script().GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancel);
        Assert.Equal("BpfDashboard", document.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal(
            ["cookie", "key"],
            document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name).Order());
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value).ToList();
        var ids = operations.ConvertAll(operation => operation.GetProperty("operationId").GetString());
        Assert.Equal(16, ids.Distinct().Count());
        Assert.All(operations, operation =>
        {
            var answers = operation.GetProperty("responses").EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value);
            Assert.Contains("401", answers.Keys);
            Assert.Contains("403", answers.Keys);
            var good = answers.Where(answer => answer.Key[0] == '2' && answer.Key != "204").ToList();
            Assert.All(good, answer => Assert.NotEmpty(answer.Value.GetProperty("content").EnumerateObject()));
            Assert.True(good.Count > 0 || answers.ContainsKey("204"));
        });
    }

    [Fact(Timeout = Timeout)]
    public async Task A_format_that_does_not_exist_is_refused_with_those_that_do()
    {
        var (id, _) = await dashboard.RunAsync();
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{id}/export?format=xls", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("bcc, csv and json", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("bcc", "txt", "text/plain")]
    [InlineData("json", "json", "application/json")]
    [InlineData("csv", "csv", "text/csv")]
    public async Task An_export_is_a_file_with_a_name(string format, string extension, string type)
    {
        var (id, _) = await dashboard.RunAsync();
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{id}/export?format={format}", Cancel);
        Assert.Equal($"funccount-{id}.{extension}", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task Blazors_script_is_served_and_not_sent_twice()
    {
        using var client = dashboard.Nobody();
        using var answer = await client.GetAsync("/_framework/blazor.web.js", Cancel);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("!function", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        client.DefaultRequestHeaders.IfNoneMatch.Add(answer.Headers.ETag!);
        using var again = await client.GetAsync("/_framework/blazor.web.js", Cancel);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Starts_and_ends_are_logged()
    {
        var (id, tracing) = await dashboard.RunAsync();
        tracing.Hit(0, 5);
        await dashboard.Sessions.StopAsync(id, Cancel);
        await dashboard.Sessions.UntilDetachedAsync(id);
        var lines = dashboard.Log.Lines.Where(line => line.StartsWith($"Session {id}", StringComparison.Ordinal)).ToList();
        Assert.Equal($"Session {id} starting: funccount 'c:f*' (3 targets, 3 probes)", lines[0]);
        Assert.Equal($"Session {id} attached in 20.0 ms, 1 targets skipped", lines[1]);
        Assert.Equal($"Session {id} ended after 0.0 s with 5 hits: Stopped.", lines[2]);
        Assert.Matches($"Session {id} detached in [0-9.]+ ms", lines[3]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("""{"tool":"funccount","probe":"c:f","options":{"process":123}}""", "There is no field 'options.process'.")]
    [InlineData("""{"comand":"funccount c:f"}""", "There is no field 'comand'.")]
    [InlineData("""{"tool":"funccount","probe":"c:f","options":{"pid":"x"}}""", "The value of 'options.pid' is of the wrong kind.")]
    [InlineData("""{"command" "funccount c:f"}""", "The body is not JSON: '\"' is invalid after a property name.")]
    public async Task A_request_that_cannot_be_read_starts_nothing_and_says_why(string body, string title)
    {
        var before = dashboard.Sessions.List().Count;
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await dashboard.Script().PostAsync(new Uri("/api/v1/sessions", UriKind.Relative), content, Cancel);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(
            (HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith(title, problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Matches(@"^Line 1, byte \d+ of the body\.$", problem.GetProperty("detail").GetString());
        Assert.Equal(before, dashboard.Sessions.List().Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_command_and_its_parts_are_one_too_many()
    {
        var (status, problem) = await PostAsync(
            dashboard.Script(), "/api/v1/sessions", new { command = "funccount c:f", options = new { pid = 1 } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("not both", problem.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_cursor_that_is_no_number_is_named()
    {
        var (id, _) = await dashboard.RunAsync();
        using var answer = await dashboard.Script().GetAsync($"/api/v1/sessions/{id}/export?from=abc", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("from", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_stopped_while_attaching_was_never_detached()
    {
        dashboard.Engine.WhileAttaching = cancel =>
        {
            cancel.WaitHandle.WaitOne(Timeout);
            cancel.ThrowIfCancellationRequested();
        };
        var id = (await dashboard.Sessions.StartAsync("funccount c:f", Cancel)).Id!;
        await dashboard.Sessions.StopAsync(id, Cancel);
        dashboard.Engine.WhileAttaching = _ => { };
        Assert.Contains($"Session {id} ended before it was attached: Stopped.", dashboard.Log.Lines);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }
}
