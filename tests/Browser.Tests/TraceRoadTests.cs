using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>The road of trace, by the real server, kernel and browser: start, see values, filter, look closer, take along.</summary>
public sealed class TraceRoadTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 120_000;

    [Fact(Timeout = Timeout)]
    public async Task Values_of_a_running_program_are_shown_filtered_and_exported_to_the_last_event()
    {
        using var workload = Workload.StartValues();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync(
            $"sudo trace-bpfcc -p {workload.Pid} '{Workload.ValuesFile}:answer \"answer to %d\", arg1' "
            + $"'r:c:read ((int)retval < 0) \"read failed: %d\", retval' {Workload.ValuesFile}:show");
        await Expect(page.Page.Locator(".rw-empty")).ToBeVisibleAsync();
        await workload.RunAsync("answer 42", "badread 7", "show 2 5000000000");
        await Expect(page.Page.Locator(".rw-row")).ToHaveCountAsync(4);
        await Expect(Row(page, 0)).ToContainTextAsync("answer to 42");
        await Expect(Row(page, 1)).ToContainTextAsync("read failed: -1");
        await Expect(Row(page, 3)).ToContainTextAsync("café");
        await Expect(Row(page, 3)).ToContainTextAsync("5000000000");

        await page.Page.GetByPlaceholder("filter").FillAsync("func == \"show\" && number == -1");
        await Expect(page.Page.Locator(".rw-row")).ToHaveCountAsync(1);
        await Expect(Row(page, 0)).ToContainTextAsync("-1");
        await Row(page, 0).ClickAsync();
        await Expect(page.Page.Locator(".rw-details")).ToContainTextAsync("As a line");

        await page.Stop.ClickAsync();
        await Expect(page.State).ToHaveTextAsync("finished");
        var text = await dashboard.Server.GetTextAsync($"sessions/{new Uri(page.Page.Url).Segments[^1]}/export");
        Assert.Equal(
            ["PID     TID     COMM            FUNC             -", Line("answer", "answer to 42"), Line("read", "read failed: -1")],
            text.Split('\n')[..3]);
        Assert.Empty(page.Errors);

        string Line(string function, string message) =>
            $"{workload.Pid,-7} {workload.Pid,-7} {"values",-15} {function,-16} {message}";
    }

    [Fact(Timeout = Timeout)]
    public async Task Equal_events_are_counted_live_until_the_last_that_was_asked_for()
    {
        using var workload = Workload.StartValues();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"trace -A -M 60 -p {workload.Pid} '{Workload.ValuesFile}:answer \"answer to %d\", arg1'");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Count equal events" })).ToHaveAttributeAsync("aria-pressed", "true");
        await workload.RunAsync([.. Enumerable.Range(0, 30).Select(number => $"answer {number % 10 / 7}")]);
        await Expect(Row(page, 0)).ToContainTextAsync("21");
        await Expect(Row(page, 0)).ToContainTextAsync("answer to 0");
        await Expect(Row(page, 1)).ToContainTextAsync("answer to 1");
        await workload.RunAsync([.. Enumerable.Repeat("answer 1", 30)]);
        await Expect(page.State).ToHaveTextAsync("finished");
        await Expect(Row(page, 0)).ToContainTextAsync("answer to 1"); // it is the most frequent by now
        await Expect(Row(page, 0).Locator("[data-col='0']")).ToHaveTextAsync("39");
        await Expect(page.Page.Locator(".rw-status")).ToHaveTextAsync("2 different among 60 events");
        await Row(page, 0).ClickAsync();
        await Expect(page.Page.Locator(".rw-details")).ToContainTextAsync("As a line");
        Assert.Empty(page.Errors);
    }

    /// <summary>A process may call itself anything, and the bytes of its texts are what it likes.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_hostile_name_is_text_and_nothing_else()
    {
        using var workload = Workload.StartValues();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"trace -p {workload.Pid} '{Workload.ValuesFile}:answer'");
        await workload.RunAsync("hostile 1", "answer 1");
        await Expect(Row(page, 0)).ToContainTextAsync("<b>\\u0001\uFFFD\"");
        Assert.Equal(0, await page.Page.Locator(".rw-row b").CountAsync());
        Assert.Empty(page.Errors);
    }

    private static ILocator Row(DashboardPage page, int index) => page.Page.Locator($".rw-row[data-row='{index}']");
}
