using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>A table of events, in the words of its user.</summary>
internal sealed class EventsPage(FlamePage page)
{
    internal IPage Page => page.Page;

    internal List<string> Errors => page.Errors;

    internal ILocator Grid => Page.GetByRole(AriaRole.Grid, new() { Name = "Events" });

    internal ILocator Filter => Page.GetByLabel("Filter events");

    internal ILocator Counting => Page.GetByRole(AriaRole.Button, new() { Name = "Count equal events" });

    internal ILocator Status => Page.Locator(".rw-status");

    internal ILocator Badge => Page.Locator(".row-table .ct-badge");

    internal ILocator News => Page.Locator(".rw-news");

    internal ILocator Told => Page.Locator(".row-table p[role='status'].visually-hidden");

    internal ILocator Details => Page.Locator(".rw-details");

    /// <summary>A line by its place in the list; without a filter, by the number of its event.</summary>
    internal ILocator Row(int index) => Page.Locator($".rw-row[data-row='{index}']");

    /// <summary>Shows a session of so many events; completes when the newest are to be seen, or the oldest.</summary>
    internal async Task StartAsync(int count, bool running = true)
    {
        await Page.EvaluateAsync("([count, running]) => harness.startRows(count, { running })", new object[] { count, running });
        await Expect(Page.Locator(".rw-row[aria-busy='false']").First).ToBeVisibleAsync();
    }

    internal Task PushAsync(int count) => Page.EvaluateAsync("count => harness.pushRows(count)", count);

    internal Task CompleteAsync() => Page.EvaluateAsync("harness.hub.complete()");

    /// <summary>The event of the first line that is wholly in sight, once it is there.</summary>
    internal async Task<int> FirstInSightAsync()
    {
        // A scroll is heard of in the next frame, and drawn in the one after at the latest.
        await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        await Expect(Page.Locator(".rw-row[aria-busy='true']")).ToHaveCountAsync(0);
        return await Grid.EvaluateAsync<int>("""
            grid => {
              const top = grid.querySelector('.rw-head').getBoundingClientRect().bottom - 1;
              const rows = [...grid.querySelectorAll('.rw-row')].filter(row => row.getBoundingClientRect().top >= top);
              return Math.min(...rows.map(row => Number(row.dataset.row)));
            }
            """);
    }

    internal async Task<IReadOnlyList<string>> RowsTextAsync()
    {
        await Expect(Page.Locator(".rw-row[aria-busy='true']")).ToHaveCountAsync(0);
        return await Page.Locator(".rw-row").AllInnerTextsAsync();
    }
}
