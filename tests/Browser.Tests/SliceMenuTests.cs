using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>The small window beside a part of a distribution: where it stands, and how it is gone through and left.</summary>
public sealed class SliceMenuTests(ScriptedDashboard dashboard) : IClassFixture<ScriptedDashboard>
{
    private const int Timeout = 120_000;

    /// <summary>Where in its bar the menu is opened.</summary>
    private const int Inside = 5;

    [Fact(Timeout = Timeout)]
    public async Task It_moves_with_its_bar_and_is_gone_when_that_is_out_of_sight()
    {
        var (page, bar, menu) = await OpenAsync();
        await AssertBesideAsync(page, bar, menu);
        await page.EvaluateAsync("scrollBy(0, 90)");
        await AssertBesideAsync(page, bar, menu);
        await page.SetViewportSizeAsync(420, 700);
        await Expect(menu).ToBeInViewportAsync(new() { Ratio = 1 });
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await Expect(menu).ToBeHiddenAsync();
        await Expect(bar).Not.ToBeInViewportAsync();
        await Expect(bar).ToBeFocusedAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task What_scrolls_in_it_does_not_move_it()
    {
        var (page, bar, menu) = await OpenAsync(height: 160); // less than it takes
        await menu.EvaluateAsync("menu => menu.scrollTop = 40");
        await AssertBesideAsync(page, bar, menu);
        Assert.Equal(40, await menu.EvaluateAsync<int>("menu => menu.scrollTop"));
    }

    [Fact(Timeout = Timeout)]
    public async Task It_is_gone_through_and_left_by_keys_also_after_a_click_at_its_title()
    {
        var (page, bar, menu) = await OpenAsync();
        await Expect(menu.GetByRole(AriaRole.Button).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        var last = menu.GetByRole(AriaRole.Button, new() { Name = "Copy as JSON" });
        await Expect(last).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(menu.GetByRole(AriaRole.Button).First).ToBeFocusedAsync();
        await menu.Locator(".ds-menu-title").ClickAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(last).ToBeFocusedAsync();
        await menu.Locator(".ds-menu-title").ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(menu).ToBeHiddenAsync();
        await Expect(bar).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Enter");
        await Expect(menu).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(menu).ToBeHiddenAsync();
        await Expect(bar).ToBeFocusedAsync();
    }

    /// <summary>A session that is over, and the menu of its first bar.</summary>
    private async Task<(IPage Page, ILocator Bar, ILocator Menu)> OpenAsync(int height = 800)
    {
        var dashboardPage = await dashboard.OpenAsync();
        var page = dashboardPage.Page;
        var id = await dashboardPage.StartAsync("funccount c:latency");
        await Expect(page.Locator(".ds-head strong")).ToHaveTextAsync(new Regex("[1-9]"));
        await dashboardPage.Stop.ClickAsync();
        await Expect(page.Locator(".ct-connection [role=status]")).ToHaveTextAsync("complete");
        var total = (await dashboard.Server.GetAsync($"sessions/{id}/fold")).GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64());
        await Expect(page.Locator(".ct-summary strong")).ToHaveTextAsync($"{total:N0}"); // nothing moves any more
        await page.SetViewportSizeAsync(1280, height);
        await page.Locator("[data-bar]").First.ClickAsync(new() { Position = new() { X = Inside, Y = Inside } });
        var bar = page.Locator("[data-bar][aria-selected=true]");
        var menu = page.Locator(".ds-menu");
        await Expect(menu.GetByRole(AriaRole.Alert)).ToBeVisibleAsync(); // what is made up here has no commands; it is as large now as it gets
        return (page, bar, menu);
    }

    /// <summary>The menu is beside where its bar was clicked, or as near to that as it finds room in the window.</summary>
    private static async Task AssertBesideAsync(IPage page, ILocator bar, ILocator menu)
    {
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"); // events come with frames
        await Expect(menu).ToBeVisibleAsync();
        var (at, box) = ((await bar.BoundingBoxAsync())!, (await menu.BoundingBoxAsync())!);
        var window = await page.EvaluateAsync<float[]>("[innerWidth, innerHeight]");
        Assert.Equal(Within(at.X, window[0] - box.Width), box.X, 1.5);
        Assert.Equal(Within(at.Y, window[1] - box.Height), box.Y, 1.5);

        static double Within(double place, double most) => Math.Max(4, Math.Min(place + Inside, most - 4));
    }
}
