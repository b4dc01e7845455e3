using System.Net;
using System.Net.Sockets;

namespace BpfDashboard.Browser.Tests;

/// <summary>
/// Stands between browser and server and can cut the line: a browser's own "offline" leaves open WebSockets alone.
/// </summary>
internal sealed class CuttableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly int _serverPort;
    private bool _isCut;

    internal CuttableProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Breaks all connections, and every new one until <see cref="Mend"/>.</summary>
    internal void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _open.ForEach(client => client.Close());
            _open.Clear();
        }
    }

    internal void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var browser = await _listener.AcceptTcpClientAsync(_end.Token);
                var server = new TcpClient();
                lock (_gate)
                {
                    if (_isCut)
                    {
                        browser.Close();
                        continue;
                    }

                    _open.AddRange([browser, server]);
                }

                _ = JoinAsync(browser, server);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task JoinAsync(TcpClient browser, TcpClient server)
    {
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _end.Token);
            await Task.WhenAny(
                browser.GetStream().CopyToAsync(server.GetStream(), _end.Token),
                server.GetStream().CopyToAsync(browser.GetStream(), _end.Token));
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException or InvalidOperationException)
        {
            // A cut line is what this class is for.
        }
        finally
        {
            browser.Close();
            server.Close();
        }
    }
}
