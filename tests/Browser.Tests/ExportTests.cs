using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>Exported flame graphs, opened by the programs they are for.</summary>
public sealed class ExportTests(ScriptedDashboard dashboard) : IClassFixture<ScriptedDashboard>, IAsyncLifetime
{
    private const int Timeout = 60_000;
    private static readonly string Speedscope = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../Server.Tests/Readers/node_modules/speedscope/dist/release/index.html"));

    private readonly string folder = Directory.CreateTempSubdirectory("bpfdashboard-test-").FullName;
    private string id = "";

    public async ValueTask InitializeAsync()
    {
        var session = await dashboard.Server.PostAsync("sessions", new { command = "funccount c:f" });
        id = session.GetProperty("summary").GetProperty("id").GetString() ?? throw new InvalidOperationException("not started");
        while ((await dashboard.Server.GetAsync($"sessions/{id}/timeline")).GetProperty("events").GetArrayLength() < 10)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await dashboard.Server.PostAsync($"sessions/{id}/stop", new { });
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory(Timeout = Timeout)]
    [InlineData("speedscope", "speedscope.json")]
    [InlineData("pprof", "pb.gz")]
    [InlineData("folded", "folded")]
    public async Task Speedscope_finds_the_same_counts_as_we(string format, string extension)
    {
        var file = Path.Combine(folder, $"export.{extension}");
        await dashboard.Server.DownloadAsync($"sessions/{id}/export?format={format}", file);
        await using var context = await dashboard.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"file://{Speedscope}");
        await page.SetInputFilesAsync("input[type=file]", file);
        await page.GetByText("Sandwich").ClickAsync();
        // Not those of the list of profiles, which may still be open.
        await Expect(page.Locator("tr", new() { HasText = "%)" }).Nth(9)).ToBeVisibleAsync();

        var rows = await page.EvaluateAsync<string[][]>(
            "[...document.querySelectorAll('tr')].filter(row => row.innerText.includes('%)')).slice(0, 10).map(row => "
            + "[row.children[2], row.children[0], row.children[1]].map(cell => cell.innerText.replace(/ \\([\\d.]+%\\)|,/g, '')))");
        var expected = Totals(await dashboard.Server.GetAsync($"sessions/{id}/fold"));
        Assert.Equal(expected.Values.Select(count => count.Self).OrderDescending().Take(10), rows.Select(row => long.Parse(row[2])));
        Assert.All(rows, row => Assert.Equal(
            expected[row[0].Replace("_[k]", "", StringComparison.Ordinal)], (long.Parse(row[1]), long.Parse(row[2]))));
    }

    [Fact(Timeout = Timeout)]
    public async Task Speedscope_has_a_profile_for_each_process()
    {
        var file = Path.Combine(folder, "export.speedscope.json");
        await dashboard.Server.DownloadAsync($"sessions/{id}/export?format=speedscope", file);
        await using var context = await dashboard.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"file://{Speedscope}");
        await page.SetInputFilesAsync("input[type=file]", file);
        await page.GetByText("all processes (1/6)").ClickAsync();
        await Expect(page.GetByText("postgres [201]")).ToBeVisibleAsync();
        await Expect(page.GetByText("<&\"evil\"> [401]")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_exported_page_draws_its_graph_without_a_server_and_breaks_no_rule_of_its_own()
    {
        var file = Path.Combine(folder, "export.html");
        await dashboard.Server.DownloadAsync($"sessions/{id}/export?format=html", file);
        await using var context = await dashboard.NewContextAsync();
        await context.SetOfflineAsync(true);
        var page = await DashboardPage.NewAsync(context);
        await page.Page.GotoAsync($"file://{file}");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "funccount c:f" })).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".stack-view")).ToContainTextAsync("Namespace::function_");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_menu_exports_the_stretch_of_time_that_is_chosen_and_says_so()
    {
        var page = await dashboard.OpenAsync($"s/{id}#ticks=2-7");
        await Expect(page.Page.Locator(".ts-said")).ToContainTextAsync("Showing 0.2 s");
        await page.Page.GetByText("Export", new() { Exact = true }).ClickAsync();
        await Expect(page.Page.GetByLabel("Range")).ToBeCheckedAsync();
        await Expect(page.Page.Locator("[data-scope]")).ToContainTextAsync("Range 0.2 s – 0.7");
        var ranged = await ExportedAsync(page);
        Assert.Equal(await dashboard.Server.GetTextAsync($"sessions/{id}/export?format=folded&from=2&to=7"), ranged);

        await page.Page.GetByLabel("Whole session").CheckAsync();
        var whole = await ExportedAsync(page);
        Assert.Equal(await dashboard.Server.GetTextAsync($"sessions/{id}/export?format=folded"), whole);
        Assert.NotEqual(ranged, whole);

        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("l");
        await page.Page.GetByText("Export", new() { Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("[data-scope-note]")).ToHaveTextAsync("Whole session");
        await Expect(page.Page.Locator("[data-scope]")).ToBeHiddenAsync();
        Assert.Equal(whole, await ExportedAsync(page));
        Assert.Empty(page.Errors);
    }

    private static async Task<string> ExportedAsync(DashboardPage page)
    {
        var download = await page.Page.RunAndWaitForDownloadAsync(() =>
            page.Page.GetByRole(AriaRole.Link, new() { Name = "Folded stacks" }).ClickAsync());
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>By function: events in which it was on the stack, and those in which it was innermost.</summary>
    private static Dictionary<string, (long Total, long Self)> Totals(JsonElement fold)
    {
        var stacks = fold.GetProperty("stacks");
        int[] Numbers(string name) => [.. stacks.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];
        string[] names = [.. stacks.GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString() ?? "")];
        var (parents, frames, nodes) = (Numbers("parents"), Numbers("nodeFrames"), Numbers("seriesNodes"));
        var totals = new Dictionary<string, (long Total, long Self)>();
        foreach (var (series, count) in Numbers("series").Zip(Numbers("counts")))
        {
            var path = new List<string>();
            for (var node = nodes[series]; node > 0; node = parents[node - 1])
            {
                path.Add(names[frames[node - 1]]);
            }

            foreach (var name in path.Distinct())
            {
                var (total, self) = totals.GetValueOrDefault(name);
                totals[name] = (total + count, self + (name == path[0] ? count : 0));
            }
        }

        return totals;
    }
}
