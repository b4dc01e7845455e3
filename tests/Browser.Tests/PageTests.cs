using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>What only a browser can tell of the pages around the numbers.</summary>
public sealed class PageTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task The_fault_of_a_long_command_is_in_sight(int width)
    {
        var command = $"-r 'c:({string.Join('|', Enumerable.Range(0, 20).Select(i => $"function_{i}"))})$' --nonsense";
        var page = await dashboard.OpenAsync($"?command={Uri.EscapeDataString(command)}", width);
        var fault = page.Page.Locator(".problem .fault");
        await Expect(fault).ToContainTextAsync("--nonsense");
        await Expect(fault).ToBeInViewportAsync();
        Assert.True(await page.Page.Locator(".problem-text").EvaluateAsync<bool>("text => text.scrollLeft > 0"));
        Assert.Empty(page.Errors);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task Whoever_logs_out_is_out(int width)
    {
        // With a login of its own: the one it ends must not be the one that other tests use.
        var invitation = await dashboard.Server.PostAsync("invitations", new { role = "operator" });
        await using var context = await dashboard.NewContextAsync(width);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{invitation.GetProperty("url")}");
        await page.GetByTitle("Your login").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        // Asked again and again: WaitForURLAsync can miss a quick navigation (playwright-dotnet issue 3364).
        await Expect(page).ToHaveURLAsync($"{dashboard.Server.Address}login", new() { Timeout = 30_000 });
        await page.GotoAsync(dashboard.Server.Address.ToString());
        await Expect(page.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_start_of_a_session_is_told_in_the_visitors_time()
    {
        using var workload = Workload.Start();
        var page = await dashboard.OpenAsync();
        await page.StartAsync($"-p {workload.Pid} t:syscalls:sys_enter_getpgid");
        await page.Stop.ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sessions" }).ClickAsync();
        var started = page.Page.Locator(".sessions time").First;
        await Expect(started).ToHaveTextAsync("just now");
        await started.HoverAsync();
        var local = await started.EvaluateAsync<string>(
            "time => new Date(time.dateTime).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' })");
        await Expect(started).ToHaveAttributeAsync("title", local);
    }
}
