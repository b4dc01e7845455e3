using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>The server goes away under an open page, and comes back without its sessions.</summary>
public sealed class RestartTests
{
    private const int Timeout = 120_000;

    // Blazor begins with ten attempts at once and then waits five seconds between them.
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 30_000 };

    [Fact(Timeout = Timeout)]
    public async Task After_a_restart_the_last_numbers_stay_until_the_user_leaves()
    {
        await using var dashboard = new Dashboard();
        await dashboard.InitializeAsync();
        using var workload = Workload.Start();
        var session = await dashboard.OpenAsync();
        await session.StartAsync($"-p {workload.Pid} 't:syscalls:sys_enter_*'");
        var idle = await dashboard.OpenAsync();
        await workload.RunAsync("getpgid 1000");
        await Expect(session.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("1,000");
        var before = await session.RowsAsync();

        await dashboard.Server.KillAsync();
        var dialog = session.Page.Locator("#components-reconnect-modal");
        await Expect(dialog.GetByText("The connection to the server is lost. Trying again…")).ToBeVisibleAsync();
        await Expect(dialog).Not.ToContainTextAsync("Sessions go on");
        await idle.Page.EvaluateAsync("document.body.dataset.seen = 'before'");

        await dashboard.Server.StartAgainAsync();
        var mark = session.Page.GetByText("These are the last numbers it sent");
        await Expect(mark).ToBeVisibleAsync(new() { Timeout = Patient.Timeout });
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Reload" })).ToBeVisibleAsync(Patient);
        Assert.Equal(before, await session.RowsAsync());
        await Expect(session.Stop).ToBeDisabledAsync();

        // A page without numbers has nothing to lose.
        await Expect(idle.Page.Locator("body:not([data-seen]) #command")).ToBeVisibleAsync(Patient);

        await dialog.GetByRole(AriaRole.Link, new() { Name = "All sessions" }).ClickAsync();
        await Expect(session.Page.GetByLabel("What to trace")).ToBeVisibleAsync();
    }
}
