using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>Equal events, counted in the table instead of shown one by one.</summary>
public sealed class EqualEventsTests(FlameHarness harness) : IClassFixture<FlameHarness>
{
    private const int Timeout = 120_000;

    [Fact(Timeout = Timeout)]
    public async Task Equal_events_are_counted_by_the_columns_that_are_seen_and_grow_live()
    {
        var table = await OpenAsync();
        await table.StartAsync(10_000);
        await table.Page.GetByText("Columns", new() { Exact = true }).ClickAsync();
        foreach (var column in new[] { "CPU", "PID", "TID", "MESSAGE", "filename", "sk->sk_dport", "sk->sk_daddr", "retval" })
        {
            await table.Page.GetByRole(AriaRole.Checkbox, new() { Name = column, Exact = true }).UncheckAsync();
        }

        await table.Page.Keyboard.PressAsync("Escape");
        await table.Counting.ClickAsync();
        await Expect(table.Page.GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(["COUNT", "COMM", "FUNC"]);
        await Expect(table.Page.GetByRole(AriaRole.Columnheader).First).ToHaveAttributeAsync("aria-sort", "descending");
        await Expect(table.Page.Locator(".rw-row")).ToHaveCountAsync(6);
        await Expect(table.Status).ToHaveTextAsync("6 different among 10,000 events");
        var counts = await CountsAsync(table);
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.Equal(10_000, counts.Sum());
        Assert.Contains("equal=counted", table.Page.Url, StringComparison.Ordinal);

        await table.PushAsync(5000);
        await Expect(table.Status).ToHaveTextAsync("6 different among 15,000 events");
        Assert.Equal(15_000, (await CountsAsync(table)).Sum());
        await Expect(table.Badge).ToBeHiddenAsync();

        await table.Filter.FillAsync("comm != \"curl\"");
        await Expect(table.Page.Locator(".rw-row")).ToHaveCountAsync(5);
        await table.Page.GetByText("Columns", new() { Exact = true }).ClickAsync();
        await table.Page.GetByRole(AriaRole.Checkbox, new() { Name = "COMM", Exact = true }).UncheckAsync();
        await Expect(table.Page.Locator(".rw-row")).ToHaveCountAsync(3); // in fewer columns more are equal
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Paused_counts_stand_still_and_an_example_is_told_in_detail()
    {
        var table = await OpenAsync("#equal=counted&cols=comm,func&filter=comm%20!%3D%20%22curl%22");
        await table.StartAsync(10_000);
        await Expect(table.Counting).ToHaveAttributeAsync("aria-pressed", "true");
        await table.Page.Locator(".rw-row").First.ClickAsync();
        await Expect(table.Badge).ToHaveTextAsync("view paused");
        await Expect(table.Details).ToContainTextAsync("tcp_v4_connect+0x22 [kernel]");
        await Expect(table.Details.Locator("dl > div").First).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^COUNT[0-9,]+$"));
        var before = await table.RowsTextAsync();
        await table.PushAsync(5000);
        await Expect(table.News).ToHaveTextAsync("5,000 new rows");
        Assert.Equal(before, await table.RowsTextAsync());
        await table.Page.Keyboard.PressAsync("Escape");
        await table.News.ClickAsync();
        await Expect(table.Status).Not.ToHaveTextAsync("");
        await Expect(table.Page.Locator(".rw-row").First).Not.ToHaveTextAsync(before[0]);

        await table.Page.Keyboard.PressAsync("e");
        await Expect(table.Counting).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(table.Page.GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(["COMM", "FUNC"]);
        Assert.DoesNotContain("equal=", table.Page.Url, StringComparison.Ordinal);
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_with_A_begins_with_counts_and_remembers_when_they_are_not_wanted()
    {
        var table = await OpenAsync("#cols=comm");
        await table.Page.EvaluateAsync("harness.countEqual = true");
        await table.StartAsync(1000);
        await Expect(table.Counting).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(table.Page.Locator(".rw-row")).ToHaveCountAsync(6);
        await table.Counting.ClickAsync();
        await Expect(table.Row(999)).ToBeInViewportAsync();
        Assert.Contains("equal=single", table.Page.Url, StringComparison.Ordinal);
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task More_different_events_than_are_counted_are_told_of()
    {
        var table = await OpenAsync("#equal=counted&cols=tid,sk_daddr");
        await table.Page.EvaluateAsync("harness.rows.mostGroups = 500");
        await table.StartAsync(5000);
        await Expect(table.Status).ToContainTextAsync("500 different among");
        await Expect(table.Status).ToContainTextAsync("more are in none of these");
        await table.Grid.EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight");
        await Expect(table.Row(499)).ToBeInViewportAsync();
        await Expect(table.Row(499)).ToContainTextAsync("10.0.");
        await Expect(table.Badge).ToBeHiddenAsync(); // to look further down is no reason to stop counting
        Assert.Empty(table.Errors);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1400, ColorScheme.Light)]
    [InlineData(1400, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task It_fits_wide_and_narrow_windows(int width, ColorScheme scheme)
    {
        var table = new EventsPage(await harness.OpenAsync("#equal=counted&cols=comm,func,sk_dport", width, scheme));
        await table.StartAsync(20_000);
        await Expect(table.Status).ToContainTextAsync("different among 20,000 events");
        Assert.True(await table.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is too wide");
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await table.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"equal-{width}-{scheme}.png") });
        }

        Assert.Empty(table.Errors);
    }

    private static async Task<IReadOnlyList<int>> CountsAsync(EventsPage table) =>
        [.. (await table.Page.Locator(".rw-row [data-col='0']").AllInnerTextsAsync())
            .Select(text => int.Parse(text, System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture))];

    private async Task<EventsPage> OpenAsync(string fragment = "") => new(await harness.OpenAsync(fragment, width: 1400));
}
