using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace BpfDashboard.Benchmarks;

/// <summary>The real server, a process on a port and a state directory of its own.</summary>
internal sealed class LiveServer : IDisposable
{
    private readonly Process process;
    private readonly string state = Directory.CreateTempSubdirectory("bpfdashboard-benchmark-").FullName;
    private readonly HttpClient api;

    internal LiveServer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        listener.Stop();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Release";
        process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [$"bin/{configuration}/net10.0/BpfDashboard.Server.dll", "--urls", $"{Address}", "--state-directory", state])
        {
            WorkingDirectory = Path.GetFullPath("src/Server"),
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        }) ?? throw new InvalidOperationException("dotnet did not start");
        Login = ReadLogin();
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null); // or a full pipe would stop it
        api = new HttpClient { BaseAddress = new Uri(Address, "api/v1/") };
        api.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(Path.Combine(state, "api-key")).Trim());
    }

    internal Uri Address { get; }

    /// <summary>The address that logs a browser in, once.</summary>
    internal Uri Login { get; }

    /// <summary>The most memory it has had so far, in KiB.</summary>
    internal long PeakKilobytes => Memory.PeakKilobytes(process.Id);

    /// <summary>Processor time so far.</summary>
    internal TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    internal async Task<JsonElement> GetAsync(string path) => await api.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Starts a session, and completes with its id when it runs.</summary>
    internal async Task<string> StartAsync(string command)
    {
        using var answer = await api.PostAsJsonAsync("sessions", new { command });
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("summary").GetProperty("id").GetString()
            ?? throw new InvalidOperationException($"no session of: {command}");
        while (!(await GetAsync($"sessions/{id}")).GetProperty("summary").GetProperty("state").ValueEquals("running"))
        {
            await Task.Delay(20);
        }

        return id;
    }

    internal async Task StopAsync(string id) => (await api.PostAsync($"sessions/{id}/stop", null)).Dispose();

    public void Dispose()
    {
        api.Dispose();
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(state, recursive: true);
    }

    private Uri ReadLogin()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains("/login?token=", StringComparison.Ordinal))
            {
                return new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].Trim().Split(' ')[0]);
            }
        }

        throw new InvalidOperationException("the server ended at once");
    }
}
