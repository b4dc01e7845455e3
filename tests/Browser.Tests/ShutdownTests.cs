using System.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>A server that is told to stop while people watch.</summary>
public sealed class ShutdownTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    // Kestrel used to wait 20 s for the connection an open page made again at once; without that it takes about 1 s.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    [Fact(Timeout = 120_000)]
    public async Task An_open_page_does_not_hold_the_server_and_keeps_its_last_numbers()
    {
        using var workload = Workload.Start();
        var page = await dashboard.OpenAsync();
        var before = await BpfPrograms.ListAsync();
        await page.StartAsync($"funccount -p {workload.Pid} t:syscalls:sys_enter_getpgid");
        await workload.RunAsync("getpgid 1000");
        await Expect(page.Count("syscalls:sys_enter_getpgid")).ToHaveTextAsync("1,000");
        var ours = (await BpfPrograms.ListAsync()).Except(before).ToArray();
        Assert.NotEmpty(ours);

        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await dashboard.Server.TerminateAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit);
        await Expect(page.State).ToHaveTextAsync("finished");
        await Expect(page.Page.GetByText("The server was stopped.")).ToBeVisibleAsync();
        Assert.Equal(1000, await page.CountAsync("syscalls:sys_enter_getpgid"));
        await BpfPrograms.UntilGoneAsync(ours);
    }
}
