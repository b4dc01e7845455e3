using System.Text.Json;
using BpfDashboard.Tracing.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>
/// The puzzle that this project began with: strace saw nginx write to its log, a probe on libc's write did not. Then, write
/// was libpthread's, which nginx was linked with before libc; so a library with a write of its own stands before libc here.
/// </summary>
public sealed class NginxTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 120_000;

    /// <summary>With the libc of today: one function each.</summary>
    [Fact(Timeout = Timeout)]
    public async Task The_log_is_written_by_write_and_the_answer_by_writev()
    {
        await using var nginx = await Nginx.StartAsync();
        var id = await StartAsync($"trace -p {nginx.Worker} 'p:c:write(int fd) \"%d\", fd' 'p:c:writev(int fd) \"%d\", fd'");
        await nginx.RequestAsync();
        await UntilAsync(id, session => session.GetProperty("summary").GetProperty("totalCount").GetInt64() == 2);
        var lines = (await ExportAsync(id)).Split('\n')[1..];
        Assert.Contains(lines, line => line.EndsWith($" write            {nginx.LogFd}", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" writev           ", StringComparison.Ordinal));
    }

    /// <summary>Each command is that of a tool as people would type it; each is silent, and leads to what counts.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("funccount -p {0} c:write")]
    [InlineData("stackcount -U -p {0} c:write")]
    [InlineData("trace -p {0} 'p:c:write(int fd) \"%d\", fd'")]
    [InlineData("argdist -p {0} -C 'p:c:write(int fd):int:fd'")]
    public async Task Where_libc_s_write_is_silent_what_is_offered_finds_the_log_and_the_socket(string command)
    {
        using var folder = new TemporaryFolder();
        await using var nginx = await Nginx.StartAsync(OldLibpthread(folder));
        var silent = await StartAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, nginx.Worker));
        var log = await OfferAsync(silent, "other-definition");
        Assert.Contains($"{folder.Path}/libpthread.so.0:write", log.Command, StringComparison.Ordinal);
        Assert.Contains("calls of write by nginx", log.Text, StringComparison.Ordinal);

        // Seen only while there are requests.
        var socket = await OfferAsync(silent, "relative", nginx, "c:writev");
        Assert.Equal(0, Total(await dashboard.Server.GetAsync($"sessions/{silent}")));

        var (ofLog, ofSocket) = (await StartAsync(log.Command), await StartAsync(socket.Command));
        await nginx.RequestAsync();
        await UntilAsync(ofLog, session => Total(session) == 1);
        await UntilAsync(ofSocket, session => Total(session) == 1);
        if (command.StartsWith("trace", StringComparison.Ordinal))
        {
            Assert.EndsWith($" {nginx.LogFd}", (await ExportAsync(ofLog)).Split('\n')[1].TrimEnd(), StringComparison.Ordinal);
            Assert.DoesNotMatch($" {nginx.LogFd}$", (await ExportAsync(ofSocket)).Split('\n')[1].TrimEnd());
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_the_master_which_does_nothing_the_worker_is_offered()
    {
        await using var nginx = await Nginx.StartAsync();
        var id = await StartAsync($"funccount -p {nginx.Master} c:write");
        Assert.Equal($"funccount -p {nginx.Worker} c:write", (await OfferAsync(id, "children")).Command);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_page_says_why_and_its_link_fills_in_the_form()
    {
        using var folder = new TemporaryFolder();
        await using var nginx = await Nginx.StartAsync(OldLibpthread(folder));
        var page = await dashboard.OpenAsync();
        await page.StartAsync($"funccount -p {nginx.Worker} c:write");
        var reason = page.Page.Locator("[data-reason=other-definition]");
        await Expect(reason).ToContainTextAsync("another definition of the name comes first");
        await reason.GetByRole(AriaRole.Link, new() { Name = "Try this" }).ClickAsync();
        var form = page.Page.GetByLabel("What to trace");
        await Expect(form).ToHaveValueAsync($"funccount -p {nginx.Worker} {folder.Path}/libpthread.so.0:write");
        await form.PressAsync("Control+Enter");
        await Expect(page.State).ToHaveTextAsync("running");
        await nginx.RequestAsync();
        await Expect(page.Count("write")).ToHaveTextAsync("1");
        await Expect(page.Page.Locator(".silence li")).ToHaveCountAsync(0);
        Assert.Empty(page.Errors);
    }

    private static string OldLibpthread(TemporaryFolder folder)
    {
        var library = Path.Combine(folder.Path, "libpthread.so.0");
        File.Copy(Workload.SecondFile, library);
        return library;
    }

    private async Task<string> StartAsync(string command)
    {
        var started = await dashboard.Server.PostAsync("sessions", new { command });
        Assert.True(started.TryGetProperty("summary", out var summary), started.ToString());
        var id = summary.GetProperty("id").GetString()!; // every session has one
        await UntilAsync(id, session => session.GetProperty("summary").GetProperty("state").GetString() == "running");
        return id;
    }

    /// <summary>Waits for an explanation with a command that contains a text.</summary>
    private async Task<(string Text, string Command)> OfferAsync(string id, string reason, Nginx? busy = null, string text = "")
    {
        JsonElement found = default;
        await UntilAsync(
            id,
            session => session.GetProperty("explanations").EnumerateArray().Any(each =>
            {
                found = each;
                return each.GetProperty("id").GetString() == reason
                    && each.GetProperty("command").GetString()?.Contains(text, StringComparison.Ordinal) == true;
            }),
            busy);
        return (found.GetProperty("text").GetString() ?? "", found.GetProperty("command").GetString() ?? "");
    }

    /// <summary>The test's own timeout is the limit.</summary>
    private async Task UntilAsync(string id, Func<JsonElement, bool> condition, Nginx? busy = null)
    {
        while (!condition(await dashboard.Server.GetAsync($"sessions/{id}")))
        {
            await (busy?.RequestAsync() ?? Task.CompletedTask);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<string> ExportAsync(string id)
    {
        await dashboard.Server.PostAsync($"sessions/{id}/stop", new { });
        return await dashboard.Server.GetTextAsync($"sessions/{id}/export");
    }

    private static long Total(JsonElement session) => session.GetProperty("summary").GetProperty("totalCount").GetInt64();
}
