using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>A table of up to a million events, any of which a hostile process may have written.</summary>
public sealed class RowTableTests(FlameHarness harness) : IClassFixture<FlameHarness>
{
    private const int Timeout = 120_000;
    private const int Million = 1_000_000;

    [Fact(Timeout = Timeout)]
    public async Task Every_one_of_a_million_rows_can_be_scrolled_to()
    {
        var table = await OpenAsync();
        await table.StartAsync(Million, running: false);
        await table.CompleteAsync();
        await Expect(table.Row(0)).ToBeVisibleAsync(); // a session that is over begins at its beginning
        await table.Page.SetViewportSizeAsync(1400, 1900); // room for more than was asked for at first
        await Expect(table.Row(55)).ToContainTextAsync("index-55.html");
        await table.Page.SetViewportSizeAsync(1400, 1000);
        await table.Grid.EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight");
        await Expect(table.Row(Million - 1)).ToContainTextAsync($"index-{Million - 1}.html");
        await Expect(table.Row(Million - 1)).ToHaveAttributeAsync("aria-rowindex", "1000001");
        await Expect(table.Grid).ToHaveAttributeAsync("aria-rowcount", "1000001");

        await table.Grid.EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight / 2");
        var middle = await table.FirstInSightAsync();
        Assert.InRange(middle, 490_000, 510_000);
        await table.Grid.HoverAsync();
        await table.Page.Mouse.WheelAsync(0, 26 * 7); // where a pixel of the bar is four of the list
        await Expect(table.Row(middle)).ToBeHiddenAsync();
        Assert.Equal(middle + 7, await table.FirstInSightAsync());
        Assert.InRange(await table.Page.Locator(".rw-row").CountAsync(), 10, 60);
        Assert.Equal(1, await table.Page.EvaluateAsync<int>("harness.rows.most"));
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_end_is_reached_while_the_window_is_made_smaller()
    {
        var table = await OpenAsync();
        await table.StartAsync(Million, running: false);
        await table.CompleteAsync();
        await Expect(table.Row(0)).ToBeVisibleAsync();
        await table.Grid.EvaluateAsync("grid => { grid.style.height = '350px'; grid.scrollTop = grid.scrollHeight; }");
        await Expect(table.Row(Million - 1)).ToBeInViewportAsync();
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_end_is_followed_until_the_user_scrolls_away_from_it()
    {
        var table = await OpenAsync();
        await table.StartAsync(50_000);
        await Expect(table.Row(49_999)).ToBeInViewportAsync();
        await table.PushAsync(3000);
        await Expect(table.Row(52_999)).ToBeInViewportAsync();
        await table.Grid.HoverAsync();
        await table.Page.Mouse.WheelAsync(0, -500);
        await Expect(table.Badge).ToHaveTextAsync("view paused");
        await table.PushAsync(10);
        await Expect(table.News).ToHaveTextAsync("10 new rows");
        await table.Page.Keyboard.PressAsync("l");
        await Expect(table.Row(53_009)).ToBeInViewportAsync();
        await Expect(table.Badge).ToBeHiddenAsync();
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_paused_view_holds_still_while_rows_come_and_go()
    {
        var table = await OpenAsync();
        await table.StartAsync(5000);
        await Expect(table.Row(4999)).ToBeInViewportAsync();
        await table.Page.Keyboard.PressAsync("Space");
        var before = await table.RowsTextAsync();
        await table.Page.EvaluateAsync("harness.rows.first = 4000");
        for (var i = 1; i <= 20; i++)
        {
            await table.PushAsync(100);
            await Expect(table.News).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"{i * 100:N0} new rows"));
        }

        Assert.Equal(before, await table.RowsTextAsync());
        await Expect(table.Page.GetByText("rows let go of: 4,000")).ToBeVisibleAsync();
        await table.Grid.FocusAsync();
        await table.Page.Keyboard.PressAsync("Home"); // what was let go of is said to be, in its place
        await Expect(table.Row(0)).ToContainTextAsync("let go of");
        await table.News.ClickAsync();
        await Expect(table.Row(6999)).ToBeInViewportAsync();
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_filter_is_evaluated_by_the_server_and_says_how_far_it_is()
    {
        var table = await OpenAsync();
        await table.StartAsync(Million);
        await Expect(table.Row(Million - 1)).ToBeInViewportAsync();
        await table.Page.EvaluateAsync("harness.rows.delay = 400");
        await table.Filter.FillAsync("comm == \"curl\" && sk_dport == 443");
        await Expect(table.Status).ToContainTextAsync("searched 250,000 of 1,000,000");
        await Expect(table.Status).ToContainTextAsync(" of 1,000,000 rows");
        var rows = await table.RowsTextAsync();
        Assert.All(rows, row => Assert.Contains("curl", row, StringComparison.Ordinal));
        Assert.Contains("#filter=comm%20%3D%3D%20%22curl%22", table.Page.Url, StringComparison.Ordinal);

        await table.Filter.FillAsync("comm == \"curl\" && sk_dprt == 443");
        await Expect(table.Page.Locator(".rw-tools mark")).ToHaveTextAsync("sk_dprt");
        await Expect(table.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "no column 'sk_dprt'" })).ToBeVisibleAsync();
        await Expect(table.Filter).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(table.Page.Locator(".rw-row").First).ToContainTextAsync("curl"); // the one before holds

        await table.Page.EvaluateAsync("harness.rows.delay = 0");
        await table.Filter.FillAsync("comm == \"nobody\"");
        await Expect(table.Page.Locator(".rw-empty")).ToContainTextAsync("None of the 1,000,000 events that are kept matches");
        await table.Page.GetByRole(AriaRole.Button, new() { Name = "Show all events" }).ClickAsync();
        await Expect(table.Row(Million - 1)).ToBeInViewportAsync();
        await Expect(table.Filter).ToHaveValueAsync("");
        Assert.DoesNotContain("filter", table.Page.Url, StringComparison.Ordinal);
        Assert.Equal(1, await table.Page.EvaluateAsync<int>("harness.rows.most"));
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_click_on_a_head_sorts_and_holds_the_view_for_it()
    {
        var table = await OpenAsync();
        await table.StartAsync(20_000);
        await Expect(table.Row(19_999)).ToBeInViewportAsync();
        var head = table.Page.GetByRole(AriaRole.Columnheader, new() { Name = "PID" });
        await head.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(head).ToHaveAttributeAsync("aria-sort", "descending");
        await Expect(table.Badge).ToHaveTextAsync("view paused");
        await Expect(table.Told).ToHaveTextAsync("View paused. Sorted by pid, largest first");
        await Expect(table.Row(0)).ToContainTextAsync("1039");
        await head.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(head).ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(table.Row(0)).ToContainTextAsync("1000");
        Assert.EndsWith("#sort=pid", table.Page.Url, StringComparison.Ordinal);
        await head.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(head).ToHaveAttributeAsync("aria-sort", "none");
        await Expect(table.Row(0)).ToContainTextAsync("index-0.html");
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Details_show_all_that_is_known_and_can_be_copied()
    {
        var table = await OpenAsync();
        // Without https a page copies what is selected; a page may not read what it copied.
        await table.Page.EvaluateAsync("() => { document.execCommand = () => { window.copied = document.activeElement.value; return true; }; }");
        await table.StartAsync(1000);
        await table.Row(995).ClickAsync();
        await Expect(table.Details).ToHaveAttributeAsync("aria-label", "Event 995");
        foreach (var words in new[] { "skc_state = TCP_SYN_SENT", "tcp_v4_connect+0x22 [kernel]", "Curl_connecthost", "0x", "tcp_connect connect to" })
        {
            await Expect(table.Details).ToContainTextAsync(words);
        }

        await table.Details.GetByRole(AriaRole.Button, new() { Name = "Copy as JSON" }).ClickAsync();
        await Expect(table.Told).ToHaveTextAsync("Copied");
        var copied = await table.Page.EvaluateAsync<string>("copied");
        using var json = JsonDocument.Parse(copied);
        Assert.Equal(995, json.RootElement.GetProperty("number").GetInt32());
        Assert.Equal("skc_family = AF_INET", json.RootElement.GetProperty("sk_daddr").GetProperty("fields")[0].GetString());
        await table.Details.GetByRole(AriaRole.Button, new() { Name = "Copy as text" }).ClickAsync();
        await Expect(table.Details.Locator("button[data-copied='yes']")).ToHaveCountAsync(2);
        Assert.StartsWith("0.124375 ", await table.Page.EvaluateAsync<string>("copied"), StringComparison.Ordinal);

        await table.Details.GetByRole(AriaRole.Button, new() { Name = "Only this value of COMM" }).ClickAsync();
        await Expect(table.Filter).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^comm == \"\\w+"));
        await Expect(table.Details).ToBeVisibleAsync();
        await table.Page.Keyboard.PressAsync("Escape");
        await Expect(table.Details).ToBeHiddenAsync();
        await Expect(table.Grid).ToBeFocusedAsync();
        Assert.Empty(table.Errors);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Hostile_texts_are_shown_escaped_and_break_nothing(int width, ColorScheme scheme)
    {
        var table = new EventsPage(await harness.OpenAsync(width: width, scheme: scheme));
        await table.Page.EvaluateAsync("""
            () => harness.rows.special.set(95, {
              comm: '<img src=x onerror="window.hacked=1">', message: 'safe \u202egnp.exe\u0000\u0007\n\u2028\ud800 end',
              cells: [{ text: '<script>window.hacked=1</script>' + 'A'.repeat(4096) }, { text: 'page fault', isFault: true }, null,
                { text: '\u200f\u2066-1', raw: '</title><svg onload=alert(1)>' }],
            })
            """);
        await table.StartAsync(100);
        await Expect(table.Row(95)).ToContainTextAsync("<img src=x onerror=\"window.hacked=1\">");
        await Expect(table.Row(95)).ToContainTextAsync("safe \\u202egnp.exe\\u0000\\u0007\\u000a\\u2028\\ud800 end");
        await Expect(table.Row(95)).ToContainTextAsync("\\u200f\\u2066-1");
        Assert.Equal(26, (await table.Row(95).BoundingBoxAsync())!.Height);
        await table.Row(95).ClickAsync(new() { Position = new() { X = 30, Y = 12 } });
        await Expect(table.Details).ToContainTextAsync(new string('A', 4096));
        await Expect(table.Details).ToContainTextAsync("</title><svg onload=alert(1)>");
        await Expect(table.Details).ToContainTextAsync("\\u202egnp.exe");
        Assert.Equal(0, await table.Page.Locator(".row-table :is(img, script, svg)").CountAsync());
        Assert.True(await table.Page.EvaluateAsync<bool>("window.hacked === undefined"));
        Assert.True(await table.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is too wide");
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_table_can_be_used_with_the_keyboard_alone()
    {
        var table = await OpenAsync();
        await table.StartAsync(10_000);
        await Expect(table.Row(9999)).ToBeInViewportAsync();
        var keys = table.Page.Keyboard;
        await table.Grid.FocusAsync();
        await keys.PressAsync("ArrowUp");
        await Expect(table.Row(9999)).ToHaveAttributeAsync("aria-selected", "true");
        await keys.PressAsync("PageUp");
        await keys.PressAsync("Home");
        await Expect(table.Row(0)).ToHaveAttributeAsync("aria-selected", "true");
        for (var i = 0; i < 4; i++)
        {
            await keys.PressAsync("ArrowRight");
        }

        var active = await table.Grid.GetAttributeAsync("aria-activedescendant");
        await Expect(table.Page.Locator($"#{active}")).ToHaveTextAsync("curl");
        await keys.PressAsync("Enter");
        await Expect(table.Details).ToContainTextAsync("Curl_connecthost");
        await keys.PressAsync("ArrowDown"); // the details go along
        await Expect(table.Details).ToHaveAttributeAsync("aria-label", "Event 1");
        await keys.PressAsync("Escape");
        await Expect(table.Details).ToBeHiddenAsync();
        await keys.PressAsync("Home");
        await keys.PressAsync("Shift+F10");
        await Expect(table.Page.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
        await keys.PressAsync("o");
        await Expect(table.Filter).ToHaveValueAsync("comm == \"curl\"");
        await Expect(table.Grid).ToBeFocusedAsync();
        await keys.PressAsync("/");
        await Expect(table.Filter).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(table.Filter).ToHaveValueAsync("");
        await keys.PressAsync("Escape");
        await keys.PressAsync("t");
        await keys.TypeAsync("1.0");
        await keys.PressAsync("Enter");
        await Expect(table.Row(8000)).ToHaveAttributeAsync("aria-selected", "true"); // 0.125 ms each
        await Expect(table.Row(8000)).ToBeInViewportAsync();
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Columns_are_chosen_and_moved_and_the_address_remembers()
    {
        var table = await OpenAsync();
        await table.StartAsync(1000);
        var heads = table.Page.GetByRole(AriaRole.Columnheader);
        await Expect(heads).ToHaveTextAsync(
            ["TIME", "CPU", "PID", "TID", "COMM", "FUNC", "MESSAGE", "filename", "sk->sk_dport", "sk->sk_daddr", "retval"]);
        await table.Page.GetByText("Columns", new() { Exact = true }).ClickAsync();
        await table.Page.GetByRole(AriaRole.Checkbox, new() { Name = "CPU" }).UncheckAsync();
        var up = table.Page.GetByRole(AriaRole.Button, new() { Name = "Move COMM to the front" });
        await up.FocusAsync();
        await table.Page.Keyboard.PressAsync("Enter");
        await Expect(up).ToBeFocusedAsync(); // so that it can be pressed again
        await table.Page.Keyboard.PressAsync("Enter");
        await Expect(heads).ToHaveTextAsync(
            ["TIME", "COMM", "PID", "TID", "FUNC", "MESSAGE", "filename", "sk->sk_dport", "sk->sk_daddr", "retval"]);
        await Expect(table.Row(999).GetByRole(AriaRole.Gridcell)).ToHaveCountAsync(10);

        var again = new EventsPage(await harness.OpenAsync(new Uri(table.Page.Url).Fragment));
        await again.StartAsync(1000);
        await Expect(again.Page.GetByRole(AriaRole.Columnheader).Nth(1)).ToHaveTextAsync("COMM");
        Assert.Empty(table.Errors);
        Assert.Empty(again.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_brings_filter_text_and_order_back()
    {
        var table = new EventsPage(await harness.OpenAsync("#filter=comm%20%3D%3D%20%22node%22&find=ECONN&sort=-pid"));
        await table.StartAsync(20_000);
        await Expect(table.Row(0)).ToContainTextAsync("ECONNREFUSED");
        await Expect(table.Row(0)).ToContainTextAsync("node");
        await Expect(table.Filter).ToHaveValueAsync("comm == \"node\"");
        await Expect(table.Page.GetByLabel("Find text in events")).ToHaveValueAsync("ECONN");
        await Expect(table.Badge).ToHaveTextAsync("view paused"); // an order holds still
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_right_click_on_a_cell_makes_a_filter()
    {
        var table = await OpenAsync();
        await table.StartAsync(5000);
        var cell = table.Row(4999).GetByRole(AriaRole.Gridcell).Nth(4);
        var comm = await cell.InnerTextAsync();
        await cell.ClickAsync(new() { Button = MouseButton.Right });
        await table.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Not this value" }).ClickAsync();
        await Expect(table.Filter).ToHaveValueAsync($"comm != \"{comm}\"");
        await Expect(table.Status).ToContainTextAsync(" of 5,000 rows");
        Assert.All(await table.RowsTextAsync(), row => Assert.DoesNotContain(comm, row, StringComparison.Ordinal));
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_table_says_what_it_waits_for_and_why_there_was_nothing()
    {
        var table = await OpenAsync();
        await table.Page.EvaluateAsync("harness.startRows(0)");
        var empty = table.Page.Locator(".rw-empty");
        await Expect(empty).ToContainTextAsync("Waiting for tcp_connect, tcp_v4_connect, tcp_v6_connect");
        await table.CompleteAsync();
        await Expect(empty).ToContainTextAsync("The session ended without an event");
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_page_keeps_answering_while_a_hundred_thousand_rows_come_every_second()
    {
        var table = await OpenAsync();
        await table.StartAsync(Million);
        await table.Page.EvaluateAsync("harness.rows.delay = 5");
        var longest = await table.Page.EvaluateAsync<double>("""
            async () => {
              let longest = 0, last = performance.now();
              for (let i = 0; i < 30; i++) {
                harness.pushRows(10000);
                for (let until = performance.now() + 100; performance.now() < until;) {
                  await new Promise(done => setTimeout(done, 5));
                  longest = Math.max(longest, performance.now() - last);
                  last = performance.now();
                }
              }
              return longest;
            }
            """);
        await Expect(table.Row(Million + 300_000 - 1)).ToBeInViewportAsync();
        TestContext.Current.SendDiagnosticMessage("longest pause of the page: {0:F0} ms", longest);
        Assert.InRange(longest, 0, 500); // alone on this machine some 30 ms; a second is what would hurt
        Assert.Equal(1, await table.Page.EvaluateAsync<int>("harness.rows.most"));
        Assert.Empty(table.Errors);
    }

    private async Task<EventsPage> OpenAsync() => new(await harness.OpenAsync(width: 1400));
}
