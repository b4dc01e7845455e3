using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>The road a person goes: log in, type, watch, share, stop. The real server, kernel and browser.</summary>
public sealed class RoadTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 120_000;

    [Fact(Timeout = Timeout)]
    public async Task Counts_move_two_browsers_agree_and_stop_stops()
    {
        using var workload = Workload.Start();
        var mine = await dashboard.OpenAsync();
        await mine.StartAsync($"sudo funccount -p {workload.Pid} 't:syscalls:sys_enter_*'");
        await workload.RunAsync("getpgid 1000");
        await Expect(mine.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("1,000");

        // The colleague comes later, by the same address, and sees the same run.
        var theirs = await dashboard.OpenAsync(new Uri(mine.Page.Url).AbsolutePath);
        await Expect(theirs.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("1,000");
        await workload.RunAsync("getpgid 234");
        await Expect(mine.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("1,234");
        await Expect(theirs.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("1,234");

        await mine.Stop.ClickAsync();
        await Expect(mine.State).ToHaveTextAsync("finished");
        await Expect(theirs.State).ToHaveTextAsync("finished");
        await workload.RunAsync("getpgid 50");
        await Expect(mine.Page.GetByText("complete", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal(await mine.RowsAsync(), await theirs.RowsAsync());
        Assert.Equal(1234, await mine.CountAsync("syscalls:sys_enter_getpgid"));
        Assert.Empty(mine.Errors);
        Assert.Empty(theirs.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_name_is_underlined_and_the_right_one_offered()
    {
        var page = await dashboard.OpenAsync();
        await page.RunAsync("t:sched:sched_fork");
        await Expect(page.Page.Locator(".problem .fault").First).ToContainTextAsync("sched_fork");
        await Expect(page.Page.Locator(".problem-hint").First).ToContainTextAsync("sched:sched_process_fork");
        Assert.Equal("/", new Uri(page.Page.Url).AbsolutePath);
    }

    [Fact(Timeout = Timeout)]
    public async Task Kernel_functions_are_refused_with_a_sentence_where_the_kernel_has_no_kprobes()
    {
        Assert.SkipWhen(await dashboard.Server.WhyNotKernelFunctionsAsync() is null, "a kernel without kprobes");
        var page = await dashboard.OpenAsync();
        await page.RunAsync("vfs_read");
        await Expect(page.Page.Locator(".problem-message").First).ToContainTextAsync("cannot probe kernel functions");
        await Expect(page.Page.Locator(".problem-hint").First).ToContainTextAsync("what works here");
    }

    [Fact(Timeout = Timeout)]
    public async Task Intervals_can_be_looked_at_one_by_one()
    {
        using var workload = Workload.Start();
        var page = await dashboard.OpenAsync();
        var id = await page.StartAsync($"-i 1 -p {workload.Pid} {Workload.File}:workload_alpha");
        await workload.RunAsync("alpha 40");
        await Expect(page.Count("workload_alpha")).ToHaveTextAsync("40");
        var select = page.Page.GetByLabel("Interval", new() { Exact = true });
        await Expect(select.Locator("option[value='3']")).ToBeAttachedAsync();
        await workload.RunAsync("alpha 2");
        await Expect(page.Count("workload_alpha")).ToHaveTextAsync("42");
        await page.Stop.ClickAsync();
        await Expect(page.State).ToHaveTextAsync("finished");

        // Whichever intervals the calls fell into, each shows its own, and they add up to the total.
        var blocks = (await dashboard.Server.GetAsync($"sessions/{id}/export?format=json")).GetProperty("blocks")
            .EnumerateArray().Select(block => block.GetProperty("rows").EnumerateArray()
                .Sum(row => row.GetProperty("count").GetInt64())).ToArray();
        Assert.Equal(42, blocks.Sum());
        for (var index = 0; index < blocks.Length; index++)
        {
            await select.SelectOptionAsync($"{index}");
            await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync($"{blocks[index]}");
        }

        var export = await dashboard.Server.GetTextAsync($"sessions/{id}/export?format=bcc");
        var counted = export.Split('\n').Where(line => line.StartsWith("workload_alpha ", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[36..], null));
        Assert.Equal(42, counted);
        Assert.StartsWith($"Tracing 1 functions for \"{Workload.File}:workload_alpha\"... Hit Ctrl-C to end.", export, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lost_connection_says_so_and_catches_up_without_a_gap()
    {
        using var workload = Workload.Start();
        await using var line = new CuttableProxy(dashboard.Server.Address.Port);
        var page = await dashboard.OpenAsync(through: new Uri($"http://127.0.0.1:{line.Port}/"));
        await page.StartAsync($"-p {workload.Pid} {Workload.File}:workload_beta");
        await workload.RunAsync("beta 100");
        await Expect(page.Count("workload_beta")).ToHaveTextAsync("100");
        line.Cut();
        await Expect(page.Page.Locator(".ct-connection")).ToContainTextAsync("connection lost");
        await workload.RunAsync("beta 11");
        line.Mend();
        await Expect(page.Page.Locator(".ct-connection")).ToContainTextAsync("live", new() { Timeout = 30_000 });
        await Expect(page.Count("workload_beta")).ToHaveTextAsync("111");
        await workload.RunAsync("beta 1");
        await Expect(page.Count("workload_beta")).ToHaveTextAsync("112");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_view_can_be_filtered_sorted_and_paused_by_keyboard()
    {
        using var workload = Workload.Start();
        var page = await dashboard.OpenAsync();
        await page.StartAsync($"-p {workload.Pid} '{Workload.File}:workload_*'");
        await workload.RunAsync("alpha 30", "beta 10", "gamma 20");
        await Expect(page.Count("workload_gamma")).ToHaveTextAsync("20");
        Assert.Equal(["workload_alpha", "workload_gamma", "workload_beta"], (await page.RowsAsync()).Keys);

        await page.Page.Keyboard.PressAsync("/");
        await Expect(page.Filter).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("a*beta");
        await page.Filter.FillAsync("*beta");
        await Expect(page.Page.Locator("tr[data-slot]")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator("tr[data-slot]")).ToHaveCountAsync(3);

        await page.Page.Keyboard.PressAsync("Space");
        await workload.RunAsync("beta 5");
        await Expect(page.Page.Locator(".ct-badge")).ToContainTextAsync("5 new events since");
        Assert.Equal(10, await page.CountAsync("workload_beta"));
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Count("workload_beta")).ToHaveTextAsync("15");

        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("Shift+S");
        await Expect(page.State).ToHaveTextAsync("finished");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Pages_fit_narrow_and_wide_windows_in_light_and_dark(int width, ColorScheme scheme)
    {
        using var workload = Workload.Start();
        var page = await dashboard.OpenAsync(width: width, scheme: scheme);
        await AssertFitsAsync(page, width);
        await page.StartAsync($"-p {workload.Pid} t:syscalls:sys_enter_*");
        await workload.RunAsync("getpgid 5");
        await Expect(page.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("5");
        await AssertFitsAsync(page, width);
        await page.Stop.ClickAsync();
        await Expect(page.State).ToHaveTextAsync("finished");
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_invited_may_watch_and_nothing_else_and_strangers_not_even_that()
    {
        using var workload = Workload.Start();
        var mine = await dashboard.OpenAsync();
        await mine.StartAsync($"-p {workload.Pid} {Workload.File}:workload_alpha");
        await mine.Page.GetByText("Invite", new() { Exact = true }).ClickAsync();
        await mine.Page.GetByRole(AriaRole.Button, new() { Name = "To watch", Exact = true }).ClickAsync();
        var link = await mine.Page.Locator("#invitation").InputValueAsync();

        var guest = await DashboardPage.NewAsync(await dashboard.NewContextAsync());
        await guest.Page.GotoAsync(new Uri(dashboard.Server.Address, link).ToString());
        await guest.Page.WaitForURLAsync(mine.Page.Url);
        await workload.RunAsync("alpha 3");
        await Expect(guest.Count("workload_alpha")).ToHaveTextAsync("3");
        await Expect(guest.Stop).ToHaveCountAsync(0);

        var stranger = await DashboardPage.NewAsync(await dashboard.NewContextAsync());
        await stranger.Page.GotoAsync(mine.Page.Url);
        Assert.Equal("/login", new Uri(stranger.Page.Url).AbsolutePath);

        // The link is used up.
        await stranger.Page.GotoAsync(new Uri(dashboard.Server.Address, link).ToString());
        await Expect(stranger.Page.GetByText("does not work any more")).ToBeVisibleAsync();
        await mine.Stop.ClickAsync();
        await Expect(guest.State).ToHaveTextAsync("finished");
    }

    private static async Task AssertFitsAsync(DashboardPage page, int width) =>
        Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
}
