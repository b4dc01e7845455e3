using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>A server that dies takes its programs with it: nothing of ours is pinned.</summary>
public sealed class CrashTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_server_killed_during_a_session_leaves_no_program_behind()
    {
        await using var server = await ServerProcess.StartAsync();
        var before = await BpfPrograms.ListAsync();
        var session = await server.PostAsync(
            "sessions", new { command = $"-p {Environment.ProcessId} 't:syscalls:sys_*'" });
        var id = session.GetProperty("summary").GetProperty("id").GetString();
        while ((await server.GetAsync($"sessions/{id}")).GetProperty("summary").GetProperty("state").GetString() != "running")
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        var ours = (await BpfPrograms.ListAsync()).Except(before).ToArray();
        Assert.NotEmpty(ours);
        await server.KillAsync();

        await BpfPrograms.UntilGoneAsync(ours);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_killed_while_it_counts_stacks_leaves_nothing_behind_and_the_page_says_that_it_is_lost()
    {
        await using var dashboard = new Dashboard();
        await dashboard.InitializeAsync();
        using var workload = Workload.StartChains();
        var page = await dashboard.OpenAsync();
        await page.StartAsync($"stackcount -p {workload.Pid} {Workload.ChainsFile}:leaf");
        await workload.RunAsync("one 50");
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync("50");
        var ours = await BpfPrograms.ObjectsOfAsync(dashboard.Server.Pid);
        Assert.Contains(ours, each => each.Kind == "prog");
        Assert.Contains(ours, each => each.Kind == "map");
        await dashboard.Server.KillAsync();

        await Expect(page.Page.GetByText("The connection to the server is lost")).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".ct-connection")).ToContainTextAsync("connection lost");
        await Expect(page.Page.Locator(".ct-summary strong")).ToHaveTextAsync("50"); // what it had is still to be seen
        await BpfPrograms.UntilGoneAsync(ours);
        await workload.RunAsync("one 1"); // and the traced program goes on
    }
}
