using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BpfDashboard.Tracing.Tests;

namespace BpfDashboard.Browser.Tests;

/// <summary>Debian's nginx as a plain process, with a configuration, logs and files of its own, on a port of its own.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private const string Unpacked = "/var/cache/bpfdashboard/nginx/usr/sbin/nginx";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _master;
    private readonly HttpClient _browser;

    private Nginx(string? preload)
    {
        var port = FreePort();
        _folder.Write("www/index.html", "hello\n");
        var start = new ProcessStartInfo(Program, ["-p", _folder.Path, "-c", _folder.Write("nginx.conf", Configuration(port)), "-e", ErrorLog]);
        if (preload is not null)
        {
            start.Environment["LD_PRELOAD"] = preload;
        }

        _browser = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        _master = Process.Start(start) ?? throw new InvalidOperationException("nginx did not start");
    }

    /// <summary>Installed, or where <c>./test</c> unpacks it.</summary>
    private static string Program => File.Exists(Unpacked) ? Unpacked : "/usr/sbin/nginx";

    internal int Master => _master.Id;

    /// <summary>The process that answers.</summary>
    internal int Worker { get; private set; }

    internal string AccessLog => Path.Combine(_folder.Path, "access.log");

    private string ErrorLog => Path.Combine(_folder.Path, "error.log");

    /// <summary>The worker's number for its log.</summary>
    internal int LogFd => Directory.GetFiles($"/proc/{Worker}/fd")
        .Where(fd => new FileInfo(fd).LinkTarget == AccessLog).Select(fd => int.Parse(Path.GetFileName(fd))).Single();

    /// <summary>Started, and has answered. Skips the test where it is not installed.</summary>
    /// <param name="preload">A library that comes before all others; null for none.</param>
    internal static async Task<Nginx> StartAsync(string? preload = null)
    {
        Assert.SkipUnless(File.Exists(Program), "needs nginx; ./test gets it");
        var nginx = new Nginx(preload);
        try
        {
            await nginx.WaitAsync();
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <summary>One request: a line in the log, the head of the answer by writev, the file by sendfile.</summary>
    internal async Task RequestAsync() =>
        Assert.Equal("hello\n", await _browser.GetStringAsync("", TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        if (!_master.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{Master}"]);
            await kill.WaitForExitAsync();
            await _master.WaitForExitAsync();
        }

        _master.Dispose();
        _folder.Dispose();
    }

    private async Task WaitAsync()
    {
        for (; ; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.False(_master.HasExited, File.Exists(ErrorLog) ? File.ReadAllText(ErrorLog) : "nginx ended");
            try
            {
                await RequestAsync();
                Worker = int.Parse(File.ReadAllText($"/proc/{Master}/task/{Master}/children").Trim());
                return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }

    private string Configuration(int port) => $$"""
        user {{Environment.UserName}};
        daemon off;
        worker_processes 1;
        pid {{_folder.Path}}/nginx.pid;
        events { worker_connections 64; }
        http {
          access_log {{AccessLog}};
          sendfile on;
          client_body_temp_path {{_folder.Path}}/body;
          proxy_temp_path {{_folder.Path}}/proxy;
          fastcgi_temp_path {{_folder.Path}}/fastcgi;
          uwsgi_temp_path {{_folder.Path}}/uwsgi;
          scgi_temp_path {{_folder.Path}}/scgi;
          server { listen 127.0.0.1:{{port}}; root {{_folder.Path}}/www; }
        }
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
