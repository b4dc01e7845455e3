using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>A live flame graph never loses its user's place.</summary>
public sealed partial class FlameGraphTests(FlameHarness harness) : IClassFixture<FlameHarness>
{
    private const int Timeout = 120_000;
    private const string Deep = "ngx_http_process_request_line";

    [Fact(Timeout = Timeout)]
    public async Task Zoom_search_colours_and_scroll_outlive_twenty_updates()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(2000, 50);
        await page.Frame(Deep).First.ClickAsync();
        await Expect(page.Here).ToHaveTextAsync(Deep);
        await page.Search.FillAsync("inet_sendmsg");
        await Expect(page.Page.Locator(".sv-matched")).ToContainTextAsync("%");
        var (zoomed, width) = await page.LookAsync(Deep);
        var (found, _) = await page.LookAsync("inet_sendmsg");
        var place = await page.Frame(Deep).First.BoundingBoxAsync();
        for (var i = 0; i < 20; i++)
        {
            // A new caller on the zoomed path, a new sibling before all others: what used to make graphs jump.
            await page.Page.EvaluateAsync("i => harness.discover(`aaa_${i}`, 2)", i);
            await page.UpdateAsync();
        }

        await Expect(page.Here).ToHaveTextAsync(Deep);
        Assert.Equal((zoomed, width), await page.LookAsync(Deep));
        Assert.Equal(found, (await page.LookAsync("inet_sendmsg")).Fill);
        Assert.NotEqual(found, (await page.LookAsync("writev")).Fill);
        var now = await page.Frame(Deep).First.BoundingBoxAsync();
        Assert.Equal((place!.X, place.Y), (now!.X, now.Y));
        Assert.Contains($";{Deep}&find=inet_sendmsg", page.Page.Url, StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_brushed_range_changes_every_panel_and_follow_live_leaves_it()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(500, 100);
        var (all, quality) = (await page.Events.InnerTextAsync(), await page.Page.Locator(".sv-quality").GetAttributeAsync("title"));
        var shares = await page.Page.Locator(".sv-top tbody").InnerTextAsync();
        var strip = await page.Page.Locator(".ts-plot").BoundingBoxAsync();
        await page.Page.Mouse.MoveAsync(strip!.X + (strip.Width * 0.1f), strip.Y + 20);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(strip.X + (strip.Width * 0.3f), strip.Y + 20);
        await page.Page.Mouse.UpAsync();

        await Expect(page.Events).Not.ToHaveTextAsync(all);
        await Expect(page.Page.Locator(".ts-said")).ToContainTextAsync("Showing 1 s – 3");
        await Expect(page.Page.Locator(".sv-top tbody")).Not.ToHaveTextAsync(shares);
        Assert.Matches(Ticks(), page.Page.Url);
        var chosen = await page.Events.InnerTextAsync();
        await page.Tab("Tree").ClickAsync();
        await Expect(page.RootRow).ToContainTextAsync(chosen);
        await page.Page.EvaluateAsync("harness.push(5, 3000)"); // the session goes on; the range stays
        Assert.Equal(chosen, await page.Events.InnerTextAsync());

        await page.Page.Keyboard.PressAsync("l");
        await Expect(page.Events).Not.ToHaveTextAsync(chosen);
        Assert.DoesNotContain("ticks=", page.Page.Url, StringComparison.Ordinal);
        Assert.NotNull(quality);
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_graph_can_be_used_with_the_keyboard_alone()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(0, 20);
        var keys = page.Page.Keyboard;
        await page.Graph.FocusAsync();
        await keys.PressAsync("ArrowUp");
        await keys.PressAsync("ArrowUp");
        await keys.PressAsync("ArrowUp");
        await keys.PressAsync("Enter");
        await Expect(page.Here).ToHaveTextAsync("__libc_start_main");
        await keys.PressAsync("Shift+F10");
        await Expect(page.Menu).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
        await keys.PressAsync("m");
        await Expect(page.Menu).ToBeHiddenAsync();
        await Expect(page.Crumbs).ToContainTextAsync("__libc_start_main merged into its callers");
        await keys.PressAsync("0");
        await Expect(page.Here).ToHaveTextAsync("all");
        await keys.PressAsync("/");
        await keys.TypeAsync("SSL_");
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator(".sv-matched")).ToContainTextAsync("%");
        await keys.PressAsync("Escape");
        await Expect(page.Search).ToHaveValueAsync("");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Enter_in_the_search_field_goes_from_hit_to_hit_and_leaves_the_zoom_only_if_it_must()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(400, 20);
        var matched = page.Page.Locator(".sv-matched");
        var marked = page.Page.Locator("g.frame[data-selected] .d3-flame-graph-label");
        await page.Search.FillAsync("^inet_sendmsg$");
        await page.Search.PressAsync("Enter");
        await Expect(matched).ToContainTextAsync(FirstOf());
        await Expect(marked).ToContainTextAsync("inet_");
        await Expect(page.Here).ToHaveTextAsync("all"); // it was to be seen as it was
        await page.Search.PressAsync("Enter");
        await Expect(matched).ToContainTextAsync("2 of ");
        await page.Search.PressAsync("Shift+Enter");
        await page.Search.PressAsync("Shift+Enter");
        var last = await page.Page.Locator(".sv-matched").InnerTextAsync();
        Assert.Matches("^(\\d+) of \\1 ", last);

        // Another branch is zoomed to, in which there is none: the buttons lead out of it, no further than to what has both.
        await page.Page.GotoAsync(page.Page.Url.Split('#')[0] + "#zoom=_start;__libc_start_main;main;ngx_master_process_cycle;"
            + "ngx_worker_process_cycle;ngx_process_events_and_timers;ngx_epoll_process_events;ngx_http_ssl_handshake&find=^ngx_linux_sendfile_chain$");
        await Expect(page.Here).ToHaveTextAsync("ngx_http_ssl_handshake");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Next hit" }).ClickAsync();
        await Expect(page.Here).ToHaveTextAsync("ngx_epoll_process_events");
        await Expect(marked).ToContainTextAsync("ngx_linux");

        await page.Tab("Tree").ClickAsync();
        await page.Page.Keyboard.PressAsync("n");
        await Expect(page.Page.Locator("[role=row].st-hit[tabindex='0']")).ToContainTextAsync("ngx_linux_sendfile_chain");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_tree_tells_the_same_to_keyboards_and_screen_readers()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(0, 20);
        var keys = page.Page.Keyboard;
        await keys.PressAsync("4");
        await page.RootRow.FocusAsync();
        var focused = page.Page.Locator("[role=row]:focus");
        await keys.PressAsync("ArrowDown");
        await Expect(focused).ToContainTextAsync("_start");
        await Expect(focused).ToHaveAttributeAsync("aria-level", "2");
        await Expect(focused).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(focused).ToHaveAttributeAsync("aria-posinset", "1");
        await keys.PressAsync("ArrowLeft");
        await Expect(focused).ToHaveAttributeAsync("aria-expanded", "false");
        await keys.TypeAsync("[unk");
        await Expect(focused).ToContainTextAsync("[unknown]");
        await keys.PressAsync("Enter");
        await Expect(page.Here).ToHaveTextAsync("[unknown]");
        await page.UpdateAsync();
        await keys.PressAsync("Backspace");
        await Expect(page.Here).ToHaveTextAsync("all");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_link_is_followed_when_its_frames_appear()
    {
        var page = await harness.OpenAsync("#zoom=_start;__libc_start_main;main;late_one&find=late&grow=down&colors=name");
        await page.StartAsync(0, 5);
        await Expect(page.Crumbs).ToContainTextAsync("waiting for 1 more frame");
        await page.Page.EvaluateAsync("harness.discover('late_one', 500)");
        await page.UpdateAsync();
        await Expect(page.Here).ToHaveTextAsync("late_one");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Icicle" })).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.True((await page.Frame("all").BoundingBoxAsync())!.Y < (await page.Frame("late_one").BoundingBoxAsync())!.Y);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_baseline_shows_what_has_become_more()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(0, 30);
        await page.Page.Keyboard.PressAsync("b");
        await page.Page.EvaluateAsync("() => { harness.discover('regression', 80); harness.push(20, 3000); }");
        await Expect(page.Frame("regression").Locator("rect")).ToHaveAttributeAsync("fill", new Regex("^hsl\\(28 9"));
        await Expect(page.Page.Locator(".sv-legend")).ToContainTextAsync("compared in events per second");
        await page.Page.GetByLabel("Compared").SelectOptionAsync("total");
        await Expect(page.Page.Locator(".sv-legend")).ToContainTextAsync("shares of all events");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_baseline_is_in_the_address_and_whoever_opens_it_sees_the_same_comparison()
    {
        const string Later = "() => { harness.discover('regression', 80); harness.push(20, 3000); }";
        var mine = await harness.OpenAsync();
        await mine.StartAsync(0, 30);
        await mine.Page.Keyboard.PressAsync("b");
        await mine.Page.EvaluateAsync(Later);
        await Expect(mine.Frame("regression").Locator("rect")).ToHaveAttributeAsync("fill", new Regex("^hsl\\(28 9"));
        var address = new Uri(mine.Page.Url);
        Assert.EndsWith("base=0-30", address.Fragment, StringComparison.Ordinal);

        var theirs = await harness.OpenAsync(address.Fragment);
        await theirs.StartAsync(0, 30);
        await theirs.Page.EvaluateAsync(Later);
        await Expect(theirs.Events).ToHaveTextAsync(await mine.Events.InnerTextAsync());
        Assert.Equal(await mine.LookAsync("regression"), await theirs.LookAsync("regression"));
        Assert.Equal(await mine.LookAsync("main"), await theirs.LookAsync("main"));
        await Expect(theirs.Page.Locator(".ts-baseline")).ToBeVisibleAsync();

        // And a stretch of time that was brushed can be one, too.
        await theirs.Page.GotoAsync(theirs.Page.Url.Split('#')[0] + "#ticks=10-20");
        await theirs.Page.GetByRole(AriaRole.Button, new() { Name = "Mark baseline" }).ClickAsync();
        await theirs.Page.Keyboard.PressAsync("l");
        await Expect(theirs.Events).ToHaveTextAsync(await theirs.Page.EvaluateAsync<string>(
            "harness.hub.folds.slice(20).reduce((sum, fold) => sum + fold.counts[0], 0).toLocaleString('en-US')"));
        await theirs.Page.Keyboard.PressAsync("b");
        Assert.DoesNotContain("base=", theirs.Page.Url, StringComparison.Ordinal);
        Assert.Empty(theirs.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task With_d_a_delimiter_stands_between_user_and_kernel_frames()
    {
        var page = await harness.OpenAsync();
        await page.Page.EvaluateAsync("harness.start(0, 5, { delimited: true })");
        var delimiter = page.Frame("--").First;
        await Expect(delimiter).ToBeVisibleAsync();
        await delimiter.HoverAsync();
        await Expect(page.Page.Locator(".fg-tip").First).ToContainTextAsync("Between user and kernel frames");
        await page.Frame("do_syscall_64").First.ClickAsync();
        await Expect(page.Here).ToHaveTextAsync("do_syscall_64");
        await Expect(page.Page.Locator("g.frame.fade").Filter(new() { HasText = "--" })).ToHaveCountAsync(1);
        Assert.DoesNotContain("--", page.Page.Url, StringComparison.Ordinal); // it is no frame of the path

        await page.Page.Keyboard.PressAsync("Escape");
        await page.Tab("Tree").ClickAsync();
        await Expect(page.Page.Locator("[role=row]").Filter(new() { HasText = "-- entry_SYSCALL_64" }).First).ToBeVisibleAsync();
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_sandwich_says_how_to_fill_it_and_offers_the_hottest_functions()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(400, 5);
        await page.Tab("Sandwich").ClickAsync();
        var lesson = page.Page.Locator(".sv-lesson");
        await Expect(lesson).ToContainTextAsync("point at a frame and press s");
        await Expect(lesson.GetByRole(AriaRole.Button)).ToHaveCountAsync(3);
        await page.Page.SetViewportSizeAsync(400, 860); // where there is room for one thing, it is not the table
        Assert.True((await lesson.BoundingBoxAsync())!.Y < (await page.Page.Locator(".sv-table").BoundingBoxAsync())!.Y);
        await lesson.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(lesson).ToBeHiddenAsync();
        await Expect(page.Page.Locator(".sv-sandwich-title")).ToContainTextAsync("tcp_sendmsg");
        Assert.Empty(page.Errors);
    }

    /// <summary>A large tree is grown over many drawings; what is there of it so far is not the function's share.</summary>
    [Fact(Timeout = Timeout)]
    public async Task A_sandwich_of_a_large_tree_never_shows_a_part_of_the_numbers()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(100_000, 20);
        await page.Tab("Sandwich").ClickAsync();
        await page.Page.EvaluateAsync("""
            () => {
              const title = document.querySelector('.sv-sandwich-title');
              window.titles = [];
              new MutationObserver(() => window.titles.push(title.textContent))
                .observe(title, { childList: true, characterData: true, subtree: true });
            }
            """);
        await page.Page.Locator(".sv-lesson").GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(page.Page.Locator(".sv-sandwich-title")).ToContainTextAsync(" of all", new() { Timeout = 60_000 }); // a few ms of each drawing
        var titles = await page.Page.EvaluateAsync<string[]>("window.titles");
        Assert.Contains(titles, title => title.EndsWith("adding up…", StringComparison.Ordinal));
        Assert.Single(titles, title => title.Contains(" of all", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_frozen_picture_stays_while_the_badge_counts()
    {
        var page = await harness.OpenAsync();
        await page.StartAsync(0, 10);
        var before = await page.Events.InnerTextAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await page.Page.EvaluateAsync("harness.push(3, 1000)");
        await Expect(page.Page.Locator(".ct-badge")).ToContainTextAsync("new events since");
        await Expect(page.Page.Locator(".ct-badge")).Not.ToContainTextAsync("· 0 new");
        Assert.Equal(before, await page.Events.InnerTextAsync());
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Events).Not.ToHaveTextAsync(before);
    }

    [Fact(Timeout = Timeout)]
    public async Task Names_are_text_and_never_markup()
    {
        const string Name = "<img/src=x>";
        var page = await harness.OpenAsync();
        await page.StartAsync(0, 5);
        await page.Page.EvaluateAsync("name => harness.discover(name, 1e6)", Name);
        await page.UpdateAsync();
        await Expect(page.Frame(Name)).ToBeVisibleAsync();
        foreach (var tab in new[] { "Table", "Sandwich", "Tree" })
        {
            await page.Tab(tab).ClickAsync();
            await Expect(page.Page.GetByText(Name).Filter(new() { Visible = true }).First).ToBeVisibleAsync();
        }

        Assert.Equal(0, await page.Page.Locator(".stack-view img").CountAsync());
        Assert.Empty(page.Errors);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1400)]
    [InlineData(400)]
    public async Task Names_as_long_as_those_of_templates_stay_where_they_belong(int width)
    {
        var page = await harness.OpenAsync();
        await page.Page.SetViewportSizeAsync(width, 860);
        await page.StartAsync(0, 5);
        await page.Page.EvaluateAsync("name => harness.discover(name, 1e6)", $"void v8::{new string('x', 300)}(int)");
        await page.UpdateAsync();
        foreach (var tab in new[] { "Graph", "Table", "Sandwich", "Tree" })
        {
            await page.Tab(tab).ClickAsync();
            Assert.Equal("", await page.Page.EvaluateAsync<string>("""
                () => [...document.querySelectorAll('.sv-panels > * button, .sv-panels > * h3, .sv-panels > * p')]
                  .filter(part => part.checkVisibility()
                    && part.getBoundingClientRect().right > part.closest('.sv-panels > *').getBoundingClientRect().right + 1)
                  .map(part => part.outerHTML.slice(0, 80)).join('\n')
                """));
            Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), tab);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task An_exported_page_shows_everything_without_a_server()
    {
        var live = await harness.OpenAsync();
        await live.StartAsync(300, 1);
        var data = await live.Page.EvaluateAsync<JsonElement>("""
            () => ({ command: 'stackcount tcp_sendmsg', host: 'web-1', startedAt: '2026-03-01T02:03:04Z', startMs: 0, endMs: 100,
              stackInfo: { kernel: true, user: true, perProcess: false, singleProcess: false, byThread: false, byCpu: false,
                offsets: false, addresses: false, delimited: false, folded: false, sampled: false },
              fold: harness.hub.folds[0] })
            """);
        var page = await harness.OpenExportAsync(data);
        await page.Frame(Deep).First.ClickAsync();
        await Expect(page.Here).ToHaveTextAsync(Deep);
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("stackcount tcp_sendmsg");
        foreach (var (tab, panel) in new[] { ("Table", ".sv-table"), ("Tree", ".sv-tree"), ("Sandwich", ".sv-sandwich") })
        {
            await page.Tab(tab).ClickAsync();
            await Expect(page.Page.Locator(panel)).ToBeVisibleAsync();
        }

        Assert.Empty(page.Errors);
    }

    [GeneratedRegex("^1 of \\d+ · ")]
    private static partial Regex FirstOf();

    [GeneratedRegex("ticks=(9|10|11)-(29|30|31)")]
    private static partial Regex Ticks();
}
