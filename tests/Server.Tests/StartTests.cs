using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BpfDashboard.Server.Tests;

/// <summary>What a person sees who starts the server wrongly: the program itself is run.</summary>
public sealed class StartTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_port_in_use_is_said_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (code, error) = await RunAsync("--urls", $"http://{taken.LocalEndpoint}");
        Assert.Equal(1, code);
        Assert.Contains("already in use", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task All_wrong_options_are_listed_together()
    {
        var (code, error) = await RunAsync("--tick-interval", "00:00:00", "--max-running-sessions=0");
        Assert.Equal(1, code);
        Assert.Equal(
            """
            The options are wrong:
              TickInterval is 00:00:00; it must be from 00:00:00.0100000 to 00:01:00.
              MaxRunningSessions is 0; it must be from 1 to 1000.

            """,
            error);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_environment_sets_options_and_the_command_line_has_the_last_word()
    {
        var (_, error) = await RunAsync(
            [("BPFDASHBOARD_KeepFinishedSessions", "-1"), ("BPFDASHBOARD_MAX_RUNNING_SESSIONS", "-2")], "--max-running-sessions=-3");
        Assert.Contains("KeepFinishedSessions is -1", error, StringComparison.Ordinal);
        Assert.Contains("MaxRunningSessions is -3", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_misspelt_option_is_not_ignored()
    {
        var (code, error) = await RunAsync("--idle-timout", "00:05:00");
        Assert.Equal(1, code);
        Assert.StartsWith("Unknown option --idle-timout. Options: ", error, StringComparison.Ordinal);
        Assert.Contains("--idle-timeout", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_state_directory_that_cannot_be_made_is_said()
    {
        var (code, error) = await RunAsync("--urls", "http://127.0.0.1:0", "--state-directory", "/proc/nothing/here");
        Assert.Equal(1, code);
        Assert.Contains("--state-directory", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_check_prints_what_can_be_traced_and_leaves_no_trace_itself()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var state = Directory.CreateTempSubdirectory("bpfdashboard-test-");
        var (code, output, error) = await RunProgramAsync(state, [("ASPNETCORE_URLS", $"http://{taken.LocalEndpoint}")], "--check");
        var left = state.EnumerateFileSystemInfos().Count();
        state.Delete(recursive: true);
        Assert.Equal("", error);
        Assert.Contains("What can be probed\n", output, StringComparison.Ordinal);
        Assert.Equal(output.Contains("  no   kernel functions", StringComparison.Ordinal)
            || output.Contains("  no  kernel functions", StringComparison.Ordinal) ? 1 : 0, code);
        Assert.Equal(0, left);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_check_takes_no_other_options()
    {
        var (code, error) = await RunAsync("--check", "--idle-timeout", "00:05:00");
        Assert.Equal(1, code);
        Assert.Equal("--check goes alone: it starts no server.\n", error);
    }

    private static Task<(int Code, string Error)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private static async Task<(int Code, string Error)> RunAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        var state = Directory.CreateTempSubdirectory("bpfdashboard-test-");
        try
        {
            var (code, _, error) = await RunProgramAsync(state, environment, arguments);
            return (code, error);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunProgramAsync(
        DirectoryInfo state, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["BPFDASHBOARD_StateDirectory"] = state.FullName;
        Array.ForEach(environment, pair => start.Environment[pair.Name] = pair.Value);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "BpfDashboard.Server.dll"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        try
        {
            // Both, or a full pipe would block the program.
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
