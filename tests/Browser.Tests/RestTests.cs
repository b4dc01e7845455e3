using System.Globalization;

namespace BpfDashboard.Browser.Tests;

/// <summary>Commands people know from BCC, through the real server's REST API, to the numbers of the export.</summary>
public sealed class RestTests(RestServer shared) : IClassFixture<RestServer>
{
    // .NET takes seconds to start where it is emulated, and so does reading the kernel's symbols.
    private const int Timeout = 300_000;

    [Fact(Timeout = Timeout)]
    public async Task Connections_are_counted_by_tcp_connect()
    {
        var server = await ServerAsync();
        using var workload = Workload.Start();
        var counts = await CountAsync(server, $"funccount -p {workload.Pid} tcp_connect", workload, "connect 120");
        Assert.Equal(new Dictionary<string, long> { ["tcp_connect"] = 120 }, counts);
    }

    [Fact(Timeout = Timeout)]
    public async Task Reads_and_writes_are_counted_among_all_functions_of_the_file_system()
    {
        var server = await ServerAsync();
        using var workload = Workload.Start();
        var counts = await CountAsync(
            server, $"sudo funccount-bpfcc -p {workload.Pid} 'vfs_*'", workload, "read 1000", "write 500");

        // The workload also reads its commands, before and behind, and answers each of the two.
        Assert.InRange(counts["vfs_read"], 1000, 1003);
        Assert.Equal(502, counts["vfs_write"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_connection_is_a_row_with_address_and_port_in_words()
    {
        var server = await ServerAsync();
        using var workload = Workload.Start();
        var text = await ExportAsync(
            server, $"trace -p {workload.Pid} 'tcp_connect(struct sock *sk) \"%s:%d\", ntop(sk->sk_daddr), ntohs(sk->sk_dport)'",
            workload, "connect 3");
        Assert.Equal(3, text.Split('\n').Count(line => line.Contains("tcp_connect", StringComparison.Ordinal)
            && line.Contains(" 127.0.0.1:", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_file_that_is_opened_is_a_row_with_its_name()
    {
        var server = await ServerAsync();
        using var workload = Workload.StartValues();
        var text = await ExportAsync(server, $"trace -p {workload.Pid} 'do_sys_openat2 \"%s\", arg2'", workload, "open 1");
        Assert.Contains("do_sys_openat2   /nonexistent/file", text, StringComparison.Ordinal);
    }

    /// <summary>The server, if this host can probe kernel functions; else the test is skipped with what it says.</summary>
    private async Task<ServerProcess> ServerAsync()
    {
        var problem = await shared.Server.WhyNotKernelFunctionsAsync();
        Assert.SkipWhen(problem is not null, $"this host cannot probe kernel functions: {problem}");
        return shared.Server;
    }

    private static async Task<Dictionary<string, long>> CountAsync(
        ServerProcess server, string command, Workload workload, params string[] work) =>
        Parse(await ExportAsync(server, command, workload, work));

    /// <summary>Starts a session, lets the workload work, stops it, and gets BCC's text of it.</summary>
    private static async Task<string> ExportAsync(
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
        return await server.GetTextAsync($"{path}/export");
    }

    private static async Task<string?> StateAsync(ServerProcess server, string path) =>
        (await server.GetAsync(path)).GetProperty("summary").GetProperty("state").GetString();

    /// <summary>Lines such as <c>vfs_read            1001</c>, below a header and above "Detaching...".</summary>
    private static Dictionary<string, long> Parse(string text) => text.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length == 2 && long.TryParse(words[1], out _))
        .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
}

/// <summary>One server for all tests: where it is emulated, its start takes longer than they do.</summary>
public sealed class RestServer : IAsyncLifetime
{
    private ServerProcess? _server;

    internal ServerProcess Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
