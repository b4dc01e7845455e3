using System.Diagnostics;
using System.Text.Json;

namespace BpfDashboard.Browser.Tests;

/// <summary>A server that dies takes its programs with it: nothing of ours is pinned.</summary>
public sealed class CrashTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_server_killed_during_a_session_leaves_no_program_behind()
    {
        await using var server = await ServerProcess.StartAsync();
        var before = await ProgramsAsync();
        var session = await server.PostAsync(
            "sessions", new { command = $"-p {Environment.ProcessId} 't:syscalls:sys_*'" });
        var id = session.GetProperty("summary").GetProperty("id").GetString();
        while ((await server.GetAsync($"sessions/{id}")).GetProperty("summary").GetProperty("state").GetString() != "running")
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        var ours = (await ProgramsAsync()).Except(before).ToArray();
        Assert.NotEmpty(ours);
        await server.KillAsync();

        // Programs are freed after a grace period; the test's timeout is the limit.
        while ((await ProgramsAsync()).Intersect(ours).Any())
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<int[]> ProgramsAsync()
    {
        using var bpftool = Process.Start(new ProcessStartInfo("bpftool", ["prog", "list", "--json"])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("bpftool is missing");
        var text = await bpftool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var list = JsonDocument.Parse(text);
        return [.. list.RootElement.EnumerateArray()
            .Where(program => program.TryGetProperty("name", out var name)
                && name.GetString() is "count" or "sys_enter" or "sys_exit")
            .Select(program => program.GetProperty("id").GetInt32())];
    }
}
