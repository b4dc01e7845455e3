using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Aggregation;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>Distributions as the user sees them, over a made-up load whose numbers the server knows too.</summary>
public sealed partial class DistributionViewTests(ScriptedDashboard dashboard) : IClassFixture<ScriptedDashboard>
{
    private const int Timeout = 120_000;
    private static readonly LogBuckets Log = new();

    [Fact(Timeout = Timeout)]
    public async Task Bars_are_what_was_counted_and_percentiles_are_as_exact_as_they_say()
    {
        var (page, id) = await RunAsync("funccount c:latency", ticks: 20);
        var counts = await CountsAsync(id);
        var byPower = counts.GroupBy(one => Power(one.Key)).ToDictionary(power => power.Key, power => power.Sum(one => one.Value));
        var bars = await BarsAsync(page);
        Assert.Equal(byPower.OrderBy(one => one.Key).Select(one => one.Value), bars.Where(count => count > 0));

        await page.Page.Keyboard.PressAsync("f");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Fine buckets" })).ToHaveAttributeAsync("aria-pressed", "true");
        bars = await BarsAsync(page);
        Assert.Equal(counts.OrderBy(one => one.Key).Select(one => one.Value), bars.Where(count => count > 0));

        foreach (var (name, part) in new[] { ("p50", 0.5), ("p90", 0.9), ("p99", 0.99) })
        {
            var tile = page.Page.Locator($"[data-stat='{name}']");
            var (low, high) = Log.Range(BucketAt(counts, part));
            var said = Certainly().Match(await tile.GetAttributeAsync("title") ?? "");
            Assert.True(said.Success || low == high, $"{name}: {await tile.InnerTextAsync()}");
            Assert.InRange(Number(said.Groups[1].Value), low!.Value, high!.Value);
            Assert.InRange(Number(said.Groups[2].Value), low.Value, high.Value);
            await Expect(tile).ToContainTextAsync(new Regex(@"≈ [\d.]+ (µs|ms) ±[1-6]\s%"));
        }

        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_late_joiner_sees_the_past_of_the_heat_map_as_whoever_was_there()
    {
        var (page, _) = await RunAsync("funccount c:latency", ticks: 30);
        var late = await dashboard.OpenAsync(new Uri(page.Page.Url).AbsolutePath[1..]);
        await Expect(late.Page.Locator(".ct-connection [role=status]")).ToHaveTextAsync("complete");
        await Expect(Heat(late)).ToHaveAttributeAsync("aria-label", new Regex("^Histogram over time, [2-9][0-9] columns"));
        await Expect(Heat(page)).ToHaveAttributeAsync("aria-label", await Heat(late).GetAttributeAsync("aria-label") ?? "");
        var colors = await late.Page.EvaluateAsync<int>(
            "() => { const canvas = document.querySelector('.ds-heat-canvas');"
            + "const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
            + "return new Set(new Uint32Array(data.buffer)).size; }");
        Assert.True(colors > 10, $"{colors} colours");
        Assert.Empty(late.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stretch_of_time_is_that_of_all_distributions()
    {
        var (page, id) = await RunAsync("funccount c:latency_keyed", ticks: 30);
        var strip = (await page.Page.Locator(".ts-plot").BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(strip.X + (strip.Width * 0.3f), strip.Y + 10);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(strip.X + (strip.Width * 0.6f), strip.Y + 10, new() { Steps = 4 });
        await page.Page.Mouse.UpAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Show all" })).ToBeVisibleAsync();
        var (from, to) = Ticks(page);
        for (var distribution = 0; distribution < 2; distribution++)
        {
            var counted = (await CountsAsync(id, distribution, $"?from={from}&to={to}")).Values.Sum();
            Assert.True(counted > 0);
            await Expect(Section(page, distribution).Locator(".ds-head strong")).ToHaveTextAsync($"{counted:N0}");
        }

        await page.Page.Keyboard.PressAsync("l");
        var all = (await CountsAsync(id)).Values.Sum();
        await Expect(Section(page, 0).Locator(".ds-head strong")).ToHaveTextAsync($"{all:N0}");
        var heat = (await Heat(page).First.BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(heat.X + (heat.Width / 2), heat.Y + 20);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(heat.X + (heat.Width * 0.8f), heat.Y + 40, new() { Steps = 4 });
        await page.Page.Mouse.UpAsync();
        await Expect(page.Page.GetByText("Showing")).ToBeVisibleAsync();
        (from, to) = Ticks(page);
        var second = (await CountsAsync(id, 1, $"?from={from}&to={to}")).Values.Sum();
        await Expect(Section(page, 1).Locator(".ds-head strong")).ToHaveTextAsync($"{second:N0}");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_clicked_at_offers_commands_for_just_that()
    {
        var asked = new List<JsonElement>();
        var page = await dashboard.OpenAsync();
        await page.Page.RouteWebSocketAsync("**/hubs/session**", socket => Answer(socket, asked));
        await page.StartAsync("funccount c:latency_signed");
        var bar = Section(page, 1).Locator("[data-bar]").First; // values below zero
        await bar.ClickAsync();
        var menu = page.Page.GetByRole(AriaRole.Dialog, new() { NameRegex = new Regex("^Look into −") });
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Each event" })).ToBeVisibleAsync();
        await Expect(menu.GetByRole(AriaRole.Button, new() { Name = "Who calls it" })).ToBeDisabledAsync();
        await Expect(menu.GetByText("'b' could not be read there")).ToBeVisibleAsync();
        Assert.Equal(1, asked.Single().GetProperty("distribution").GetInt32());
        Assert.True(asked[0].GetProperty("toBucket").GetInt32() < 0);
        Assert.Equal(JsonValueKind.Null, asked[0].GetProperty("key").ValueKind);

        await menu.GetByRole(AriaRole.Button, new() { Name = "Copy the command: Each event" }).ClickAsync();
        Assert.Equal("trace 'r::f (retval < 0) \"%d&\", retval'", await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await menu.GetByRole(AriaRole.Link, new() { Name = "Each event" }).ClickAsync();
        await Expect(page.Page.GetByLabel("What to trace")).ToHaveValueAsync("trace 'r::f (retval < 0) \"%d&\", retval'");
        await page.Page.GoBackAsync();
        await Expect(page.Page.Locator(".ds-head .sv-chip")).ToBeVisibleAsync(); // what was selected is in the address
    }

    [Fact(Timeout = Timeout)]
    public async Task Everything_can_be_done_by_keys()
    {
        var (page, _) = await RunAsync("funccount c:values_latency_keyed", ticks: 20);
        var keys = page.Page.Keyboard;
        await keys.PressAsync("2");
        await Expect(page.Page.Locator("#ds-1")).ToBeFocusedAsync();
        await keys.PressAsync("]");
        await Expect(page.Page.Locator("#ds-2")).ToBeFocusedAsync();
        await keys.PressAsync("[");
        var section = Section(page, 1);
        for (var i = 0; i < 4 && await section.Locator("[data-bar]:focus").CountAsync() == 0; i++)
        {
            await keys.PressAsync("Tab"); // past the buttons of the heading
        }

        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(section.Locator("[data-bar][aria-selected=true]")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Shift+Enter");
        await keys.PressAsync("Escape");
        await Expect(section.Locator("[data-bar][aria-selected=true]")).ToHaveCountAsync(2);
        await keys.PressAsync("Tab");
        await Expect(section.Locator(".ds-heat-pane")).ToBeFocusedAsync();
        await Expect(section.Locator(".ds-heat [role=status]")).ToHaveTextAsync(new Regex(@" s – .* s, .* µs: \d+"));
        await keys.PressAsync("Shift+ArrowLeft");
        await keys.PressAsync("Shift+ArrowLeft");
        await Expect(page.Page.GetByText("Showing")).ToBeVisibleAsync();
        await keys.PressAsync("l");
        await Expect(page.Page.GetByText("Showing")).ToBeHiddenAsync();
        await keys.PressAsync("Escape");
        await Expect(page.Page.Locator(".sv-chip")).ToHaveCountAsync(0);

        await keys.PressAsync("/");
        await keys.TypeAsync("nginx");
        await keys.PressAsync("Enter");
        await Expect(Section(page, 0).Locator("tr[data-key]:focus")).ToContainTextAsync("access.log");
        await keys.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Hide it" }).PressAsync("Enter");
        await Expect(Section(page, 0).GetByText("1 hidden")).ToBeVisibleAsync();
        await Expect(Section(page, 0).Locator("tr[data-key]:focus")).ToBeVisibleAsync(); // the next one
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Texts_of_a_hostile_process_are_only_texts()
    {
        var (page, _) = await RunAsync("funccount c:values", ticks: 5);
        var table = page.Page.Locator(".ds-keys");
        foreach (var text in new[] { "<img src=x onerror=alert(1)>", "\\u202egnp.exe", "a\\u0009b\\u000ac", "(empty)", "\"quoted\" & <b>bold</b>", "键值" })
        {
            await Expect(table.GetByText(text, new() { Exact = true }).First).ToBeVisibleAsync();
        }

        Assert.Equal(0, await page.Page.Locator(".dist-view img, .dist-view b").CountAsync());
        Assert.Equal(1, await table.Locator("th.rw-fault").CountAsync());
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_five_thousand_values_only_those_in_sight_are_in_the_page()
    {
        var (page, id) = await RunAsync("funccount c:values_many", ticks: 10);
        var table = page.Page.Locator(".ds-keys");
        await Expect(table).ToHaveAttributeAsync("aria-rowcount", "5001");
        Assert.InRange(await table.Locator("tr[data-key]").CountAsync(), 10, 80);
        Assert.True(await page.Page.EvaluateAsync<int>("document.querySelectorAll('*').length") < 1500);
        await page.Page.Locator(".ds-keys-scroll").EvaluateAsync(
            "scroll => { scroll.scrollIntoView({ block: 'end' }); scroll.scrollTop = scroll.scrollHeight; }");
        await Expect(table.Locator("tr[aria-rowindex='5001']")).ToBeInViewportAsync();
        await table.GetByRole(AriaRole.Button, new() { Name = "path" }).ClickAsync();
        await Expect(table.Locator("tr[data-key]").First).ToContainTextAsync("(empty)");
        await page.Page.GetByLabel("Filter values").FillAsync("/file-49[0-9]{2}/");
        await Expect(page.Page.Locator(".ds-table-tools")).ToContainTextAsync("100 values");
        await page.Page.ReloadAsync();
        await Expect(page.Page.Locator(".ds-table-tools")).ToContainTextAsync("100 values");
        var counts = await KeyCountsAsync(id);
        Assert.Equal(5000, counts.Count);
        var shown = await table.Locator("tr[data-key]").First.EvaluateAsync<string[]>("row => [row.dataset.key, row.children[2].textContent]");
        Assert.Equal($"{counts[int.Parse(shown[0], CultureInfo.InvariantCulture)]:N0}", shown[1]);
        Assert.Empty(page.Errors);
    }

    /// <summary>On a narrow page rows are higher.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Of_many_values_on_a_narrow_page_each_has_its_place()
    {
        var page = (await RunAsync("funccount c:values_many", ticks: 5, width: 400)).Page.Page;
        var scroll = page.Locator(".ds-keys-scroll");
        var height = await page.Locator("tr[data-key]").First.EvaluateAsync<int>("row => row.offsetHeight");
        Assert.True(height > 28);
        await scroll.EvaluateAsync($"scroll => scroll.scrollTop = {1000 * height}");
        var row = page.Locator("tr[aria-rowindex='1002']");
        await Expect(row).ToBeAttachedAsync();
        var head = await page.Locator(".ds-keys thead").EvaluateAsync<double>("head => head.offsetHeight");
        Assert.Equal(head, await row.EvaluateAsync<double>(
            "row => row.getBoundingClientRect().top - row.closest('.ds-keys-scroll').getBoundingClientRect().top"), 3.0);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_top_that_was_asked_for_is_shown_and_all_on_request()
    {
        var (page, id) = await RunAsync("funccount c:values_top", ticks: 10);
        await Expect(page.Page.Locator(".ds-table-tools")).ToContainTextAsync("top 20 of 300 (-T)");
        var largest = (await KeyCountsAsync(id)).Values.OrderDescending().Take(20).Select(count => $"{count:N0}");
        Assert.Equal(largest, await page.Page.Locator("tr[data-key] td:nth-of-type(1)").AllInnerTextsAsync());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show all 300" }).ClickAsync();
        await Expect(page.Page.Locator(".ds-table-tools")).ToContainTextAsync("300 values");
        Assert.Empty(page.Errors);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("PNG", ColorScheme.Light)]
    [InlineData("Heat map PNG", ColorScheme.Dark)]
    public async Task Pictures_are_real_ones_of_the_size_they_should_have(string button, ColorScheme scheme)
    {
        var (page, _) = await RunAsync("funccount c:latency", ticks: 10, scheme);
        var download = await page.Page.RunAndWaitForDownloadAsync(() =>
            page.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync());
        Assert.EndsWith(".png", download.SuggestedFilename, StringComparison.Ordinal);
        await using var stream = await download.CreateReadStreamAsync();
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, TestContext.Current.CancellationToken);
        var bytes = memory.ToArray();
        Assert.Equal([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], bytes[..8]);
        Assert.Equal(2400, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)));
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)), 500, 4000);
        Assert.Equal("IEND"u8, bytes.AsSpan(bytes.Length - 8, 4));
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_stretches_and_two_sessions_are_laid_side_by_side()
    {
        var (other, otherId) = await RunAsync("funccount c:latency", ticks: 10);
        await other.Page.CloseAsync();
        var (page, _) = await RunAsync("funccount c:latency", ticks: 20);
        await page.Page.GetByText("Compare with…").ClickAsync();
        await page.Page.GetByLabel("Id or address of a session").FillAsync($"{dashboard.Server.Address}s/{otherId}");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator(".ds-compare-legend")).ToContainTextAsync($"of session {otherId} (funccount c:latency)");
        var all = (await CountsAsync(otherId)).Values.Sum();
        await Expect(page.Page.Locator("[data-stat=Count] .ds-stat-base")).ToHaveTextAsync($"{all:N0}");
        await page.Page.GetByLabel("Compared", new() { Exact = true }).SelectOptionAsync("total");
        await Expect(page.Page.Locator(".ds-compare-legend")).ToContainTextAsync("shares of all values");
        await Expect(page.Page.Locator(".ds-bar-head .ds-base")).ToHaveTextAsync("Baseline %");
        await page.Page.ReloadAsync();
        await Expect(page.Page.Locator("[data-stat=Count] .ds-stat-base")).ToHaveTextAsync($"{all:N0}");
        await page.Page.Keyboard.PressAsync("b");
        await Expect(page.Page.Locator(".ds-compare-legend")).ToBeHiddenAsync();
        await page.Page.Keyboard.PressAsync("b"); // the whole, with which a stretch of it is compared
        await Expect(page.Page.Locator(".ds-compare-legend")).ToContainTextAsync("baseline: 0 s –");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_frozen_view_holds_still_while_the_session_goes_on()
    {
        var page = await dashboard.OpenAsync();
        await page.StartAsync("funccount c:latency_values");
        await Expect(page.Page.Locator("[data-stat=Count] .ds-stat")).ToHaveTextAsync(new Regex("[1-9]"));
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Page.Locator(".ct-badge")).ToContainTextAsync("frozen ·");
        var before = await page.Page.Locator("[data-stat]").AllInnerTextsAsync();
        await Expect(page.Page.Locator(".ct-badge")).ToContainTextAsync(new Regex(@"· \d+,\d{3} new events since"));
        Assert.Equal(before, await page.Page.Locator("[data-stat]").AllInnerTextsAsync());
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Page.Locator(".ct-badge")).ToBeHiddenAsync();
        await Expect(page.Page.Locator("[data-stat=Count]")).Not.ToContainTextAsync(before[0]);
        await page.Stop.ClickAsync();
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_without_calls_says_what_to_look_at_and_losses_are_told()
    {
        var page = await dashboard.OpenAsync();
        await page.StartAsync("funccount c:latency_quiet");
        await Expect(page.Page.GetByText("No call yet. Each call adds its $latency to a histogram")).ToBeVisibleAsync();
        await page.Stop.ClickAsync();
        await Expect(page.Page.GetByText("Nothing was counted: the probe was not hit once.")).ToBeVisibleAsync();
        var (lossy, _) = await RunAsync("funccount c:signed_lossy", ticks: 5);
        await Expect(lossy.Page.Locator(".sv-ledger")).ToContainTextAsync("the map of counts was full");
        Assert.Empty(page.Errors.Concat(lossy.Errors));
    }

    /// <summary>A session that ran for some ticks and is over; its page shows all of it.</summary>
    private async Task<(DashboardPage Page, string Id)> RunAsync(
        string command, int ticks, ColorScheme scheme = ColorScheme.Light, int width = 1400)
    {
        var page = await dashboard.OpenAsync(width: width, scheme: scheme);
        var id = await page.StartAsync(command);
        while ((await dashboard.Server.GetAsync($"sessions/{id}/fold")).GetProperty("to").GetInt64() < ticks)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await page.Stop.ClickAsync();
        await Expect(page.State).ToHaveTextAsync("finished");
        await Expect(page.Page.Locator(".ct-connection [role=status]")).ToHaveTextAsync("complete");
        var total = (await dashboard.Server.GetAsync($"sessions/{id}/fold")).GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64());
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync($"{total:N0}");
        return (page, id);
    }

    private static ILocator Section(DashboardPage page, int distribution) => page.Page.Locator($".ds-section[aria-labelledby='ds-{distribution}']");

    private static ILocator Heat(DashboardPage page) => page.Page.Locator(".ds-heat-pane");

    private static async Task<IReadOnlyList<long>> BarsAsync(DashboardPage page) =>
        await page.Page.EvaluateAsync<long[]>("[...document.querySelectorAll('[data-bar]')].map(row => Number(row.dataset.count))");

    private static (string From, string To) Ticks(DashboardPage page)
    {
        var match = TicksOfAddress().Match(page.Page.Url);
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    /// <summary>What the server knows of a distribution, by bucket.</summary>
    private async Task<Dictionary<int, long>> CountsAsync(string id, int distribution = 0, string range = "")
    {
        var counts = new Dictionary<int, long>();
        foreach (var (key, bucket, count) in await SeriesAsync(id, distribution, range))
        {
            counts[bucket] = counts.GetValueOrDefault(bucket) + count;
        }

        return counts;
    }

    private async Task<Dictionary<int, long>> KeyCountsAsync(string id) =>
        (await SeriesAsync(id, 0, "")).GroupBy(one => one.Key).ToDictionary(key => key.Key, key => key.Sum(one => one.Count));

    private async Task<IReadOnlyList<(int Key, int Bucket, long Count)>> SeriesAsync(string id, int distribution, string range)
    {
        var all = (await dashboard.Server.GetAsync($"sessions/{id}/fold")).GetProperty("distributions"); // all definitions
        var fold = (await dashboard.Server.GetAsync($"sessions/{id}/fold{range}")).GetProperty("distributions");
        var keys = all.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("distribution").GetInt32()).ToArray();
        var (seriesKeys, buckets) = (Ints(all, "seriesKeys"), Ints(all, "seriesBuckets"));
        return
        [
            .. Ints(fold, "series").Zip(fold.GetProperty("counts").EnumerateArray(), (series, count) => (seriesKeys[series], buckets[series], count.GetInt64()))
                .Where(one => keys[one.Item1] == distribution),
        ];

        static int[] Ints(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
    }

    /// <summary>The power of two that a bucket's values have.</summary>
    private static int Power(int bucket) => (int)Int128.Log2(Int128.Max(1, Log.Range(bucket).Low ?? 0));

    private static int BucketAt(Dictionary<int, long> counts, double part)
    {
        var rest = Math.Max(1, (long)Math.Ceiling(part * counts.Values.Sum()));
        return counts.OrderBy(one => one.Key).First(one => (rest -= one.Value) <= 0).Key;
    }

    private static Int128 Number(string text) => Int128.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>Lets everything through to the server and back but one question, which is answered here.</summary>
    private static void Answer(IWebSocketRoute socket, List<JsonElement> asked)
    {
        var server = socket.ConnectToServer();
        socket.OnMessage(message =>
        {
            var text = message.Text;
            if (text is null || !text.Contains("\"SliceCommands\"", StringComparison.Ordinal))
            {
                Forward(message, server);
                return;
            }

            using var call = JsonDocument.Parse(text.TrimEnd('\u001e'));
            asked.Add(call.RootElement.GetProperty("arguments")[1].Clone());
            socket.Send($$"""
                {"type":3,"invocationId":"{{call.RootElement.GetProperty("invocationId").GetString()}}","result":[
                {"label":"Each event","command":"trace 'r::f (retval < 0) \"%d&\", retval'"},
                {"label":"Who calls it","command":"","problem":"'b' could not be read there, and that is no condition"}]}
                """ + '\u001e');
        });
        server.OnMessage(message => Forward(message, socket));
    }

    private static void Forward(IWebSocketFrame message, IWebSocketRoute to)
    {
        if (message.Text is { } text)
        {
            to.Send(text);
        }
        else
        {
            to.Send(message.Binary ?? []);
        }
    }

    [GeneratedRegex("certainly from ([0-9,]+) ns to ([0-9,]+) ns")]
    private static partial Regex Certainly();

    [GeneratedRegex("ticks=([0-9]+)-([0-9]+)")]
    private static partial Regex TicksOfAddress();
}
