using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>
/// From a distribution to what is behind it, by the real server, kernel and browser: click a part, take the command that
/// is offered for it, and see just the events of that part.
/// </summary>
public sealed partial class SliceRoadTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 120_000;

    [Fact(Timeout = Timeout)]
    public async Task A_bar_leads_to_the_events_that_are_in_it()
    {
        using var workload = Workload.StartSpread();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"argdist -p {workload.Pid} -H 'p:{Workload.SpreadFile}:pair(int key, long value):int,long:key,value'");
        await workload.RunAsync("pair 3 100");
        var bar = page.Page.Locator("[data-bar]").Filter(new() { HasText = "8 – 15" });
        await Expect(bar).ToHaveAttributeAsync("data-count", "8");
        await bar.ClickAsync();

        // What else is shown of the distribution is of those eight calls.
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("8");
        await Expect(page.Page.Locator(".ds-head .sv-chip")).ToContainTextAsync("8 – 15");
        Assert.Equal([("0", "3"), ("1", "2"), ("2", "3")], await KeysAsync(page, 3));

        await TakeAsync(page, "Each event");
        await workload.RunAsync("pair 3 100");
        await Expect(Rows(page)).ToHaveCountAsync(8);
        Assert.Equal(
            ["2 8", "0 9", "1 10", "2 11", "0 12", "1 13", "2 14", "0 15"], await MessagesAsync(page));
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_bar_of_one_key_leads_to_the_events_of_that_key()
    {
        using var workload = Workload.StartSpread();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"argdist -p {workload.Pid} -H 'p:{Workload.SpreadFile}:pair(int key, long value):int,long:key,value'");
        await workload.RunAsync("pair 3 100");
        await ToBeDrawnAsync(page);
        await Key(page, "1").ClickAsync();
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("33");
        var bar = page.Page.Locator("[data-bar]").Filter(new() { HasText = "8 – 15" });
        await Expect(bar).ToHaveAttributeAsync("data-count", "2");
        await page.Page.Keyboard.PressAsync("Escape");
        await bar.ClickAsync();
        await TakeAsync(page, "Each event");
        await workload.RunAsync("pair 3 100");
        await Expect(Rows(page)).ToHaveCountAsync(2);
        Assert.Equal(["1 10", "1 13"], await MessagesAsync(page));
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_hidden_is_neither_in_a_bar_nor_in_the_events_that_it_leads_to()
    {
        using var workload = Workload.StartSpread();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"argdist -p {workload.Pid} -H 'p:{Workload.SpreadFile}:pair(int key, long value):int,long:key,value'");
        await workload.RunAsync("pair 3 100");
        await ToBeDrawnAsync(page);
        await HideAsync(page, "1");
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("67");
        var bar = page.Page.Locator("[data-bar]").Filter(new() { HasText = "8 – 15" });
        await Expect(bar).ToHaveAttributeAsync("data-count", "6");
        await bar.ClickAsync();
        await TakeAsync(page, "Each event");
        await workload.RunAsync("pair 3 100");
        await Expect(Rows(page)).ToHaveCountAsync(6);
        Assert.Equal(["2 8", "0 9", "2 11", "0 12", "2 14", "0 15"], await MessagesAsync(page));
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_hidden_is_in_no_panel()
    {
        using var workload = Workload.StartSpread();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"argdist -p {workload.Pid} -H 'p:{Workload.SpreadFile}:take(long value):long,long:value,value'");
        await workload.RunAsync("take 100 50", "take 3000 20");
        var heat = page.Page.Locator(".ds-heat-pane");
        await Expect(heat).ToHaveAttributeAsync("aria-label", new Regex(", 40 rows\\."));
        await HideAsync(page, "100");
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("20");
        await Expect(page.Page.Locator("[data-bar]")).ToHaveCountAsync(1);
        foreach (var name in new[] { "p50", "Average", "Min", "Max" })
        {
            await Expect(page.Page.Locator($"[data-stat='{name}'] .ds-stat")).ToHaveTextAsync("3,000");
        }

        await Expect(heat).ToHaveAttributeAsync("aria-label", new Regex(", 1 row\\."));
        await workload.RunAsync("take 100 1", "take 3000 1"); // and not in what comes
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("21");
        await Expect(heat).ToHaveAttributeAsync("aria-label", new Regex(", 1 row\\."));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Take back: 1 hidden" }).ClickAsync();
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("72");
        await Expect(heat).ToHaveAttributeAsync("aria-label", new Regex(", 40 rows\\."));
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_row_of_a_table_leads_to_who_calls_with_that_value()
    {
        using var workload = Workload.StartSpread();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"argdist -p {workload.Pid} -C 'p:{Workload.SpreadFile}:take(long value):long:value'");
        await workload.RunAsync("take 7 20", "take 9 5");
        await Expect(page.Page.Locator("tr[data-key]")).ToHaveCountAsync(2);
        await Key(page, "7").ClickAsync();
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("20");

        await TakeAsync(page, "Who calls it");
        await workload.RunAsync("take 7 11", "take 9 4");
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync("11");
        await page.Stop.ClickAsync();
        await Expect(page.State).ToHaveTextAsync("finished");
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync("11");
        foreach (var name in new[] { "main", "run", "take" })
        {
            await Expect(page.Page.Locator($".d3-flame-graph-label:text-is('{name}')").First).ToBeVisibleAsync();
        }

        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_cell_of_the_heat_map_leads_to_the_events_of_its_values()
    {
        using var workload = Workload.StartSpread();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"argdist -p {workload.Pid} -H 'p:{Workload.SpreadFile}:take(long value):long:value'");
        await workload.RunAsync("take 3000 20");
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("20");
        await workload.RunAsync("take 100 50");
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("70");
        await page.Page.Keyboard.PressAsync("Space"); // so that the cell stays where it is until it is clicked
        await Expect(page.Page.Locator(".ct-badge")).ToContainTextAsync("frozen");
        var (x, y) = await LowestCellAsync(page);
        await page.Page.Mouse.ClickAsync(x, y);

        await Expect(page.Page.GetByText("Showing")).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".ds-head .sv-chip")).ToContainTextAsync("96 – 103");
        await Expect(page.Page.Locator(".ds-head strong")).ToHaveTextAsync("50");
        await TakeAsync(page, "Each event");
        await workload.RunAsync("range 90 110");
        await Expect(Rows(page)).ToHaveCountAsync(8);
        Assert.Equal(Enumerable.Range(96, 8).Select(value => $"{value}"), await MessagesAsync(page));
        Assert.Empty(page.Errors);
    }

    /// <summary>Follows a link of the open menu, and runs the command that it leads to.</summary>
    private static async Task TakeAsync(DashboardPage page, string label)
    {
        await page.Page.GetByRole(AriaRole.Dialog, new() { NameRegex = LookInto() })
            .GetByRole(AriaRole.Link, new() { Name = label, Exact = true }).ClickAsync();
        var run = page.Page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true });
        await Expect(page.Page.GetByLabel("What to trace")).ToHaveValueAsync(Command());
        await run.ClickAsync();
        await page.ArriveAsync();
    }

    /// <summary>The heat map has its past: what is below it stays where it is, and can be clicked at.</summary>
    private static Task ToBeDrawnAsync(DashboardPage page) =>
        Expect(page.Page.Locator(".ds-heat-pane")).ToHaveAttributeAsync("aria-label", new Regex("The fullest cell"));

    private static async Task HideAsync(DashboardPage page, string key)
    {
        await Key(page, key).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Hide it" }).ClickAsync();
    }

    private static ILocator Key(DashboardPage page, string text) =>
        page.Page.Locator("tr[data-key]").Filter(new() { Has = page.Page.Locator($"th span:text-is('{text}')") });

    /// <summary>Each key of the table and its count, by key, once there are so many.</summary>
    private static async Task<IEnumerable<(string Key, string Count)>> KeysAsync(DashboardPage page, int count)
    {
        await Expect(page.Page.Locator("tr[data-key]")).ToHaveCountAsync(count);
        var rows = await page.Page.EvaluateAsync<string[][]>(
            "[...document.querySelectorAll('tr[data-key]')].map(row => [row.querySelector('th').textContent, row.querySelector('td').textContent])");
        return rows.Select(row => (row[0], row[1])).OrderBy(row => row.Item1, StringComparer.Ordinal);
    }

    private static ILocator Rows(DashboardPage page) => page.Page.Locator(".rw-row[aria-busy='false']");

    /// <summary>What the events say, in the order in which they came.</summary>
    private static Task<string[]> MessagesAsync(DashboardPage page) => page.Page.EvaluateAsync<string[]>(
        "() => { const at = [...document.querySelectorAll('.rw-head [role=columnheader]')].findIndex(head => head.textContent.startsWith('MESSAGE'));"
        + "return [...document.querySelectorAll('.rw-row')].sort((a, b) => a.dataset.row - b.dataset.row)"
        + ".map(row => row.querySelector(`[data-col='${at}']`).textContent); }");

    /// <summary>
    /// The middle of the first cell that is not empty in the lowest row of a heat map whose middle row is empty, in the window.
    /// </summary>
    private static async Task<(float X, float Y)> LowestCellAsync(DashboardPage page)
    {
        await page.Page.Locator(".ds-heat-pane").ScrollIntoViewIfNeededAsync();
        var place = await page.Page.EvaluateAsync<float[]>("""
            () => {
              const canvas = document.querySelector('.ds-heat-canvas');
              const { left, top } = canvas.getBoundingClientRect();
              const ratio = devicePixelRatio;
              const pen = canvas.getContext('2d');
              const [x, y] = [72, canvas.height / ratio - 26 - 3];
              const line = at => [...new Uint32Array(pen.getImageData(x * ratio, at * ratio, canvas.width - (x + 8) * ratio, 1).data.buffer)];
              const [pixels, [ground]] = [line(y), line(canvas.height / ratio / 2)];
              const from = pixels.findIndex(pixel => pixel !== ground);
              const to = pixels.findIndex((pixel, i) => i > from && pixel !== pixels[from]);
              return [left + x + (from + (to < 0 ? pixels.length : to)) / 2 / ratio, top + y];
            }
            """);
        return (place[0], place[1]);
    }

    [GeneratedRegex("^Look into ")]
    private static partial Regex LookInto();

    [GeneratedRegex("^(trace|stackcount) -p [0-9]+ ")]
    private static partial Regex Command();
}
