namespace BpfDashboard.Server;

/// <summary>
/// The order in which the server goes. First the sessions, while the pages that watch them are still connected: their
/// probes are off within moments, and the pages get the last numbers and the reason. Only then are connections closed,
/// and whoever comes back at once, as every page does, is told that the server goes.
/// </summary>
internal sealed partial class Shutdown(
    SessionManager sessions, IHostApplicationLifetime life, ILogger<Shutdown> logger)
    : IHostedLifecycleService, IDisposable
{
    // Enough to detach thousands of probes one by one, and less than the host waits for this.
    private static readonly TimeSpan DetachLimit = TimeSpan.FromSeconds(15);

    // For a viewer who reads; one who does not must not keep the server.
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromMilliseconds(500);

    // The pages' circuits tell nobody when they have sent what they rendered.
    private static readonly TimeSpan RenderTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource cut = new();
    private CancellationTokenRegistration stopping;
    private Task? farewell;

    /// <summary>Whether new requests are to be refused.</summary>
    public bool HasBegun => Volatile.Read(ref farewell) is not null || life.ApplicationStopping.IsCancellationRequested;

    /// <summary>Cancelled when requests that are still under way have had their time.</summary>
    public CancellationToken Cut => cut.Token;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // A signal cancels this token first of all, and the callback of the hubs, which closes their connections, was
        // registered when they were mapped. The last registered runs first: so blocking here holds the connections.
        stopping = life.ApplicationStopping.Register(() => FarewellAsync().Wait());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => FarewellAsync();

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Dispose();
        cut.Dispose();
    }

    /// <summary>A signal and the host ask for it; it is done once.</summary>
    private Task FarewellAsync()
    {
        lock (gate)
        {
            return farewell ??= Task.Run(StopSessionsAsync);
        }
    }

    private async Task StopSessionsAsync()
    {
        var watched = sessions.List().Any(session => session.Viewers > 0);
        try
        {
            await sessions.CloseAsync().WaitAsync(DetachLimit);
        }
        catch (TimeoutException)
        {
            // The kernel detaches what is left when the process is gone.
            StillAttached(DetachLimit.TotalSeconds);
        }

        if (watched)
        {
            await Task.WhenAny(UntilUnwatchedAsync(), Task.Delay(DeliveryLimit));
            await Task.Delay(RenderTime);
        }

        cut.CancelAfter(RequestLimit);
    }

    private async Task UntilUnwatchedAsync()
    {
        var unwatched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(string id)
        {
            if (sessions.List().All(session => session.Viewers == 0))
            {
                unwatched.TrySetResult();
            }
        }

        sessions.Changed += Look;
        Look("");
        await unwatched.Task;
        sessions.Changed -= Look;
    }

    [LoggerMessage(20, LogLevel.Warning, "Sessions are still being detached after {Seconds} s; they end with the process")]
    private partial void StillAttached(double seconds);
}

/// <summary>The door of a server that goes.</summary>
internal static class ShutdownDoor
{
    /// <summary>
    /// Refuses new requests with 503 while the server stops, and ends old ones when their time is up: Kestrel would
    /// wait for a page's new WebSocket until the host loses its patience.
    /// </summary>
    public static void UseShutdown(this WebApplication app)
    {
        var shutdown = app.Services.GetRequiredService<Shutdown>();
        app.Use(async (context, next) =>
        {
            if (shutdown.HasBegun)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.Connection = "close";
                context.Response.Headers.RetryAfter = "5";
                return;
            }

            using var cut = shutdown.Cut.UnsafeRegister(static request => ((HttpContext)request!).Abort(), context);
            await next(context);
        });
    }
}
