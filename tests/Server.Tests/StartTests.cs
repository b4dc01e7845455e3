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

    [Theory(Timeout = Timeout)]
    [InlineData("--Port 5090", "Unknown option --Port.")]
    [InlineData("5090", "'5090' is no option")]
    [InlineData("--urls", "--urls needs a value")]
    [InlineData("--urls --json-logs", "--urls needs a value")]
    [InlineData("--urls=", "--urls needs a value")]
    [InlineData("--urls nonsense", "'nonsense': it must look like http://127.0.0.1:5080")]
    [InlineData("--urls http://127.0.0.1:80:80", "'http://127.0.0.1:80:80': it must look like")]
    [InlineData("--urls http://127.0.0.1:99999", "at most 65535")]
    [InlineData("--urls http://dashboard.example:80", "dashboard.example is neither an IP address nor localhost")]
    [InlineData("--urls http://localhost:0", "use 127.0.0.1:0")]
    [InlineData("--urls http://192.0.2.1:5080", "cannot listen on the address of --urls")]
    [InlineData("--urls http://127.0.0.1:0 --state-directory /proc", "--state-directory")]
    public async Task A_wrong_start_is_refused_in_one_sentence(string arguments, string expected)
    {
        var (code, error) = await RunAsync(arguments.Split(' '));
        Assert.Equal(1, code);
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Values_of_the_wrong_kind_are_listed_together()
    {
        var (code, error) = await RunAsync("--idle-timeout", "abc", "--max-running-sessions=many", "--json-logs=perhaps");
        Assert.Equal(1, code);
        Assert.Equal(
            """
            The options are wrong:
              IdleTimeout is 'abc'; it must be a time such as 00:15:00.
              MaxRunningSessions is 'many'; it must be a whole number.
              JsonLogs is 'perhaps'; it must be true or false.

            """,
            error);
    }

    [Fact(Timeout = Timeout)]
    public async Task Https_without_a_certificate_says_how_to_name_one()
    {
        // A home without the developer's certificate, which .NET would take.
        var (code, error) = await RunAsync(
            [("HOME", "/nonexistent"), ("DOTNET_CLI_HOME", "/nonexistent")], "--urls", "https://127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.StartsWith("https needs a certificate", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_a_line_for_every_option()
    {
        var lines = CommandLine.Help().Split('\n');
        Assert.All(
            typeof(DashboardOptions).GetProperties(),
            property => Assert.Single(lines, line => line.StartsWith(
                $"  --{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name)} ", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Help_ends_well_and_starts_nothing()
    {
        var (code, error) = await RunAsync("--help");
        Assert.Equal((0, ""), (code, error));
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080", true)]
    [InlineData("http://[::]:5080", true)]
    [InlineData("http://10.1.2.3:80", true)]
    [InlineData("http://*:80", true)]
    [InlineData("https://0.0.0.0:443", false)]
    [InlineData("http://127.0.0.1:5080", false)]
    [InlineData("http://[::1]:5080", false)]
    [InlineData("http://localhost:5080", false)]
    [InlineData("http://unix:/run/dashboard.sock", false)]
    public void What_others_on_the_network_can_read_is_known(string address, bool expected)
    {
        ListenAddress.Check(address);
        Assert.Equal(expected, ListenAddress.IsOpenAndUnencrypted(address));
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
            Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
