using System.Globalization;
using System.Text.Json;

namespace BpfDashboard.Browser.Tests;

/// <summary>Commands people know from BCC, through the real server's REST API, to the numbers of the export.</summary>
public sealed class RestTests
{
    // .NET takes seconds to start where it is emulated, and so does reading the kernel's symbols.
    private const int Timeout = 300_000;

    [Fact(Timeout = Timeout)]
    public async Task Connections_are_counted_by_tcp_connect()
    {
        await using var server = await StartAsync();
        using var workload = Workload.Start();
        var counts = await CountAsync(server, $"funccount -p {workload.Pid} tcp_connect", workload, "connect 120");
        Assert.Equal(new Dictionary<string, long> { ["tcp_connect"] = 120 }, counts);
    }

    [Fact(Timeout = Timeout)]
    public async Task Reads_and_writes_are_counted_among_all_functions_of_the_file_system()
    {
        await using var server = await StartAsync();
        using var workload = Workload.Start();
        var counts = await CountAsync(
            server, $"sudo funccount-bpfcc -p {workload.Pid} 'vfs_*'", workload, "read 1000", "write 500");

        // The workload also reads its commands, before and behind, and answers each of the two.
        Assert.InRange(counts["vfs_read"], 1000, 1003);
        Assert.Equal(502, counts["vfs_write"]);
    }

    /// <summary>A server on a host that can probe kernel functions; else the test is skipped with what it says.</summary>
    private static async Task<ServerProcess> StartAsync()
    {
        var server = await ServerProcess.StartAsync();
        var abilities = (await server.GetAsync("capabilities")).GetProperty("abilities");
        var problem = abilities.EnumerateArray()
            .Single(ability => ability.GetProperty("name").GetString() == "kernel functions").GetProperty("problem");
        if (problem.ValueKind != JsonValueKind.Null)
        {
            await server.DisposeAsync();
            Assert.Skip($"this host cannot probe kernel functions: {problem.GetString()}");
        }

        return server;
    }

    /// <summary>Starts a session, lets the workload work, stops it, and reads the counts from BCC's text.</summary>
    private static async Task<Dictionary<string, long>> CountAsync(
        ServerProcess server, string command, Workload workload, params string[] work)
    {
        var started = await server.PostAsync("sessions", new { command });
        Assert.True(started.TryGetProperty("summary", out var summary), started.ToString());
        var path = $"sessions/{summary.GetProperty("id").GetString()}";
        while (await StateAsync(server, path) is var state and not "running")
        {
            Assert.DoesNotContain(state, (string[])["failed", "finished"]);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await workload.RunAsync(work);
        var stopped = await server.PostAsync($"{path}/stop", new { });
        Assert.Equal("finished", stopped.GetProperty("summary").GetProperty("state").GetString());
        return Parse(await server.GetTextAsync($"{path}/export"));
    }

    private static async Task<string?> StateAsync(ServerProcess server, string path) =>
        (await server.GetAsync(path)).GetProperty("summary").GetProperty("state").GetString();

    /// <summary>Lines such as <c>vfs_read            1001</c>, below a header and above "Detaching...".</summary>
    private static Dictionary<string, long> Parse(string text) => text.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length == 2 && long.TryParse(words[1], out _))
        .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
}
