using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace BpfDashboard.Browser.Tests;

/// <summary>The real server as <c>./run</c> starts it, on a port and a state directory of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ProcessStartInfo _start;
    private Process _process;
    private readonly StringBuilder _output = new();
    private readonly string _state;
    private readonly HttpClient _api;
    private Task _later = Task.CompletedTask;

    private ServerProcess(ProcessStartInfo start, int port, string state)
    {
        (_start, _process, _state) = (start, Launch(start), state);
        Address = new Uri($"http://127.0.0.1:{port}/");
        // The tests have limits of their own; on an emulated host that is busy an answer takes minutes.
        _api = new HttpClient { BaseAddress = new Uri(Address, "api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    internal Uri Address { get; }

    internal int Pid => _process.Id;

    /// <summary>The one-time address it printed.</summary>
    internal Uri LoginAddress { get; private set; } = new("about:blank");

    internal static Task<ServerProcess> StartAsync(params string[] arguments) =>
        StartProjectAsync("src/Server", "BpfDashboard.Server.dll", arguments);

    /// <summary>
    /// The server over a made-up load instead of a kernel: arguments are <c>--nodes 1000 --grow-ticks 20
    /// --hits-per-tick 500 --seed 1</c>, and those of the server. Any command of funccount starts a session with stacks.
    /// </summary>
    internal static Task<ServerProcess> StartScriptedAsync(params string[] arguments) =>
        StartProjectAsync("tests/ScriptedServer", "BpfDashboard.ScriptedServer.dll", arguments);

    private static async Task<ServerProcess> StartProjectAsync(string project, string program, string[] arguments)
    {
        var state = Directory.CreateTempSubdirectory("bpfdashboard-test-").FullName;
        var port = FreePort();
        var folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../..", project));
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Debug";
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A killed process leaves the runtime's sockets and pipes for debuggers behind in the folder of temporary files.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        };
        string[] all =
        [
            Path.Combine(folder, "bin", configuration, "net10.0", program),
            "--urls", $"http://127.0.0.1:{port}", "--state-directory", state, .. arguments,
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        var server = new ServerProcess(start, port, state);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the REST API with the API key of the state directory.</summary>
    internal async Task<JsonElement> GetAsync(string path)
    {
        using var answer = JsonDocument.Parse(
            await _api.GetStringAsync(path, TestContext.Current.CancellationToken));
        return answer.RootElement.Clone();
    }

    /// <summary>What the server says of kernel functions on this host; null if they can be probed.</summary>
    internal async Task<string?> WhyNotKernelFunctionsAsync() =>
        (await GetAsync("capabilities")).GetProperty("kinds").EnumerateArray()
            .Single(kind => kind.GetProperty("id").GetString() == "kernelFunctions").GetProperty("problem").GetString();

    /// <summary>An answer of the REST API as a file.</summary>
    internal async Task DownloadAsync(string path, string file) => await File.WriteAllBytesAsync(
        file, await _api.GetByteArrayAsync(path, TestContext.Current.CancellationToken));

    internal Task<string> GetTextAsync(string path) => _api.GetStringAsync(path, TestContext.Current.CancellationToken);

    internal async Task<JsonElement> PostAsync(string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _api.PostAsync(path, content, TestContext.Current.CancellationToken);
        using var answer = JsonDocument.Parse(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.RootElement.Clone();
    }

    /// <summary>The end no program can prepare for.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What a service manager does. Completes with the exit code, when the server is gone.</summary>
    internal async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>: the same address and logins, no sessions.</summary>
    internal Task StartAgainAsync()
    {
        _process.Dispose();
        _process = Launch(_start);
        return WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _later;
        _process.Dispose();
        _api.Dispose();
        Directory.Delete(_state, recursive: true);

        // A page that breaks may look as it should to a test that is done with it.
        var said = _output.ToString();
        var fault = said.IndexOf("Unhandled exception", StringComparison.Ordinal);
        Assert.True(fault < 0, fault < 0 ? "" : said[fault..Math.Min(said.Length, fault + 4000)]);
    }

    private async Task WaitUntilReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            _output.AppendLine(line);
            if (line.IndexOf("http", StringComparison.Ordinal) is var start and >= 0
                && line.Contains("/login?token=", StringComparison.Ordinal))
            {
                LoginAddress = new Uri(line[start..].Trim().Split(' ')[0]);

                _later = Task.WhenAll(KeepAsync(_process.StandardOutput), KeepAsync(_process.StandardError));
                var key = await File.ReadAllTextAsync(Path.Combine(_state, "api-key"));
                _api.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
                return;
            }
        }

        Assert.Fail($"the server ended at once:\n{_output}{await _process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Reads on, or a full pipe would stop the server; keeps what it says.</summary>
    private async Task KeepAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    private static Process Launch(ProcessStartInfo start) =>
        Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
