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
}
