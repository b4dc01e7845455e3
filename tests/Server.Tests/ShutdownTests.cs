using System.Net;
using BpfDashboard.Client.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BpfDashboard.Server.Tests;

/// <summary>A server of its own for each test: it is stopped.</summary>
public sealed class ShutdownTests : IDisposable
{
    private const int Timeout = 30_000;
    private readonly Dashboard dashboard = new();
    private readonly ManualResetEventSlim mayDetach = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Viewers_get_the_last_numbers_and_the_reason_before_they_are_cut_off()
    {
        var (id, tracing) = await dashboard.RunAsync();
        await using var client = await HubClient.ConnectAsync(dashboard);
        await using var folds = client.WatchAsync(id, 0, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await folds.MoveNextAsync());

        tracing.Hit(1, 7);
        var stopped = Task.Run(dashboard.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication, Cancel);
        Assert.True(await folds.MoveNextAsync());
        Assert.Equal([7L], Assert.Single(folds.Current).Counts);
        Assert.False(await folds.MoveNextAsync());
        await stopped.WaitAsync(Cancel);
        var summary = dashboard.Sessions.Find(id)!.Summary;
        Assert.Equal((SessionState.Finished, "The server was stopped."), (summary.State, summary.EndReason));
        Assert.True(tracing.IsDisposed);
    }

    [Fact(Timeout = Timeout)]
    public async Task Whoever_comes_while_the_server_stops_is_sent_away()
    {
        await dashboard.RunAsync();
        var detaching = new TaskCompletionSource();
        dashboard.Engine.WhileDetaching = () =>
        {
            detaching.SetResult();
            mayDetach.Wait(Cancel);
        };
        var stopped = Task.Run(dashboard.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication, Cancel);
        await detaching.Task.WaitAsync(Cancel);
        foreach (var path in new[] { "/_blazor/negotiate", "/hubs/session/negotiate", "/api/v1/sessions", "/readyz" })
        {
            using var answer = await dashboard.Script().PostAsync(new Uri(path, UriKind.Relative), null, Cancel);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.StatusCode, answer.Headers.ConnectionClose));
        }

        mayDetach.Set();
        await stopped.WaitAsync(Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_viewer_who_does_not_read_keeps_nobody_waiting()
    {
        var (id, tracing) = await dashboard.RunAsync();
        await using var client = await HubClient.ConnectAsync(dashboard);
        await client.StartWatchAsync(id);
        await dashboard.Sessions.UntilAsync(id, details => details.Summary.Viewers == 1);
        await dashboard.Services.GetRequiredService<IHost>().StopAsync(Cancel);
        Assert.True(tracing.IsDisposed);
    }

    public void Dispose()
    {
        mayDetach.Set();
        dashboard.Dispose();
        mayDetach.Dispose();
    }
}
