using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>The road of stacks, by the real server, kernel and browser: start, see who calls, zoom in, take it along.</summary>
public sealed partial class StackRoadTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact(Timeout = 120_000)]
    public async Task Stacks_of_a_running_program_are_drawn_zoomed_into_and_exported_to_the_last_event()
    {
        using var workload = Workload.StartChains();
        var page = await dashboard.OpenAsync(width: 1400);
        await page.StartAsync($"sudo stackcount -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await Expect(page.Page.GetByText("No events yet.")).ToBeVisibleAsync();
        await workload.RunAsync("one 1000", "two 234", "deep 3 7");
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync("1,241");
        foreach (var name in new[] { "main", "run", "first", "third", "second", "leaf" })
        {
            await Expect(Frame(page, name)).ToBeVisibleAsync();
        }

        await Frame(page, "third").ClickAsync();
        await Expect(page.Page.Locator(".sv-here")).ToHaveTextAsync("third");
        await Expect(Frame(page, "first")).ToBeHiddenAsync();
        await workload.RunAsync("two 66"); // and the zoom stays
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync("1,307");
        await Expect(page.Page.Locator(".sv-here")).ToHaveTextAsync("third");

        await page.Stop.ClickAsync();
        await Expect(page.State).ToHaveTextAsync("finished");
        Assert.Equal(
            [
                "main;run;descend;descend;descend;descend;leaf 7",
                "main;run;first;second;leaf 1000",
                "main;run;third;second;leaf 300",
            ],
            FromMain(await FoldedAsync(page)));
        Assert.Empty(page.Errors);
    }

    private static ILocator Frame(DashboardPage page, string name) =>
        page.Page.Locator("g.frame").Filter(new() { Has = page.Page.Locator($".d3-flame-graph-label:text-is('{name}')") }).First;

    private static async Task<string> FoldedAsync(DashboardPage page)
    {
        await page.Page.GetByText("Export", new() { Exact = true }).ClickAsync();
        var download = await page.Page.RunAndWaitForDownloadAsync(() =>
            page.Page.GetByRole(AriaRole.Link, new() { Name = "Folded stacks" }).ClickAsync());
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The lines without the command's name and what the C library does before <c>main</c>.</summary>
    private static IEnumerable<string> FromMain(string folded) =>
        folded.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => BeforeMain().Replace(line, "main;"))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex("^chains;.*?main;(?=run;)")]
    private static partial Regex BeforeMain();
}
