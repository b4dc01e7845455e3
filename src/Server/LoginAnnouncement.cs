using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace BpfDashboard.Server;

/// <summary>
/// Prints the first login link once the server listens. To standard output and not to the log: logs are kept and
/// shipped, and the link is a secret.
/// </summary>
internal sealed partial class LoginAnnouncement(
    IServer server, LoginTokens tokens, ApiKey key, TextWriter output, ILogger<LoginAnnouncement> logger)
    : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        KeyIsIn(key.FilePath);
        var path = LoginPage.Link(tokens.Create(Roles.Operator));
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            if (ListenAddress.IsOpenAndUnencrypted(address))
            {
                IsUnencrypted(address);
            }

            output.WriteLine($"Open {Reachable(address)}{path}");
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(10, LogLevel.Information, "The key for scripts is in {Path}")]
    private partial void KeyIsIn(string path);

    [LoggerMessage(11, LogLevel.Warning,
        "Listening on {Address} without https: who can read the network can log in and trace this machine. " +
        "Use https, or 127.0.0.1 behind a proxy or an ssh tunnel")]
    private partial void IsUnencrypted(string address);

    /// <summary>"All addresses" is nothing a browser can open.</summary>
    private static string Reachable(string address) => address.TrimEnd('/')
        .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        .Replace("//[::]", "//localhost", StringComparison.Ordinal);
}
