using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using Microsoft.Extensions.DependencyInjection;

namespace BpfDashboard.Server.Tests;

public sealed class SessionHubTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 30_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_viewer_gets_the_past_then_each_tick_then_the_end()
    {
        var (id, tracing) = await dashboard.RunAsync();
        tracing.Hit(0, 3);
        await dashboard.TickAsync(id);
        await using var client = await HubClient.ConnectAsync(dashboard);
        await using var folds = client.WatchAsync(id, 0, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await folds.MoveNextAsync());
        Assert.Equal([3L], Assert.Single(folds.Current).Counts);

        tracing.Hit(2, 4);
        await dashboard.TickAsync(id);
        Assert.True(await folds.MoveNextAsync());
        var live = Assert.Single(folds.Current);
        Assert.Equal((1, 2, 100.0, 200.0), (live.From, live.To, live.StartMs, live.EndMs));
        Assert.Equal([2], live.Slots);

        tracing.Hit(1, 9);
        await dashboard.Sessions.StopAsync(id, Cancel);
        Assert.True(await folds.MoveNextAsync());
        Assert.Equal([9L], folds.Current[0].Counts);
        Assert.False(await folds.MoveNextAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_that_has_ended_can_still_be_watched_from_any_cursor()
    {
        var (id, tracing) = await dashboard.RunAsync();
        for (var i = 0; i < 5; i++)
        {
            tracing.Hit(0, 1);
            await dashboard.TickAsync(id);
        }

        await dashboard.Sessions.StopAsync(id, Cancel);
        await using var client = await HubClient.ConnectAsync(dashboard);
        Assert.Equal(5, await CountAsync(client, id, cursor: -7));
        Assert.Equal(2, await CountAsync(client, id, cursor: 3));
        Assert.Equal(0, await CountAsync(client, id, cursor: 99));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_unknown_session_is_an_error_that_says_so()
    {
        await using var client = await HubClient.ConnectAsync(dashboard);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => CountAsync(client, "nonsense", 0));
        Assert.Contains("There is no session 'nonsense'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(dashboard.Log.Errors, line => line.Contains("nonsense", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task Blocks_and_ranges_can_be_asked_for()
    {
        var (id, tracing) = await dashboard.RunAsync("funccount -i 0.3 'c:f*'");
        for (var i = 0; i < 7; i++)
        {
            tracing.Hit(0, 1);
            await dashboard.TickAsync(id);
        }

        await using var client = await HubClient.ConnectAsync(dashboard);
        var block = await client.CallAsync("Block", id, 1);
        Assert.Equal((3, 6, 3L), (block.From, block.To, block.Counts[0]));
        var range = await client.CallAsync("Fold", id, 2, 4);
        Assert.Equal((2, 4, 2L), (range.From, range.To, range.Counts[0]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.CallAsync("Block", id, -1));
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task Stacks_come_with_the_folds_each_definition_once()
    {
        var (id, tracing) = await dashboard.RunAsync(stacks: new StackOptions());
        var context = new StackContext(7, 0, -1, "sshd");
        tracing.Hit(context, "main;read;[k]vfs_read", 2);
        await dashboard.TickAsync(id);
        await using var client = await HubClient.ConnectAsync(dashboard);
        await using var folds = client.WatchAsync(id, 0, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await folds.MoveNextAsync());
        var first = Assert.Single(folds.Current).Stacks!;
        Assert.Equal(["main", "read", "vfs_read"], first.Frames.Select(frame => frame.Name));
        Assert.Equal([(0, 0), (1, 1), (2, 2)], first.Parents.Zip(first.NodeFrames));
        Assert.Equal(new ContextInfo(7, 0, -1, "sshd"), Assert.Single(first.Contexts));
        Assert.Equal([2L], first.Counts);

        tracing.Hit(context, "main;read;[k]vfs_read", 1);
        tracing.Hit(context, "main;write", 5, StackQuality.Broken);
        tracing.Lose(LossCause.MapFull, 4);
        await dashboard.TickAsync(id);
        Assert.True(await folds.MoveNextAsync());
        var live = Assert.Single(folds.Current);
        Assert.Equal((3, 4, 1, 1), (live.Stacks!.FirstFrame, live.Stacks.FirstNode, live.Stacks.FirstContext, live.Stacks.FirstSeries));
        Assert.Equal((1, 4, 4), (live.Stacks.Parents[0], live.Stacks.SeriesNodes[0], live.Stacks.SeriesQualities[0]));
        Assert.Equal([(0, 1L), (1, 5L)], live.Stacks.Series.Zip(live.Stacks.Counts));
        Assert.Equal("mapFull", Assert.Single(live.Losses).Cause);
        Assert.Equal(live.Counts.Sum(), live.Stacks.Counts.Sum() + live.Losses.Sum(loss => loss.Count));
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_time_line_has_the_events_of_the_whole_recording()
    {
        var (id, tracing) = await dashboard.RunAsync();
        for (var tick = 1; tick <= 5; tick++)
        {
            tracing.Hit(0, tick);
            await dashboard.TickAsync(id);
        }

        await using var client = await HubClient.ConnectAsync(dashboard);
        var line = await client.CallAsync<Timeline>("Timeline", id, 3);
        Assert.Equal([3, 7, 5], line.Events);
        Assert.Equal([0, 2, 4, 5], line.Ticks);
        Assert.Equal([0, 200, 400, 500], line.Ms);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.CallAsync<Timeline>("Timeline", id, 0));
        Assert.Contains("1 to 2000", error.Message, StringComparison.Ordinal);
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task Viewers_are_counted_while_they_watch()
    {
        var (id, _) = await dashboard.RunAsync();
        await using var first = await HubClient.ConnectAsync(dashboard);
        await using (var second = await HubClient.ConnectAsync(dashboard))
        {
            await first.StartWatchAsync(id);
            await second.StartWatchAsync(id);
            await dashboard.Sessions.UntilAsync(id, details => details.Summary.Viewers == 2);
        }

        await dashboard.Sessions.UntilAsync(id, details => details.Summary.Viewers == 1);
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task One_connection_cannot_open_streams_without_end()
    {
        var (id, _) = await dashboard.RunAsync();
        await using var client = await HubClient.ConnectAsync(dashboard);
        for (var stream = 0; stream < 16; stream++)
        {
            await client.StartWatchAsync(id);
        }

        await dashboard.Sessions.UntilAsync(id, details => details.Summary.Viewers == 16);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => CountAsync(client, id, 0));
        Assert.Contains("16 sessions at a time", error.Message, StringComparison.Ordinal);
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_tick_is_serialised_once_for_twenty_viewers()
    {
        const int Viewers = 20, Ticks = 10;
        var (id, tracing) = await dashboard.RunAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, Viewers).Select(_ => HubClient.ConnectAsync(dashboard)));
        var streams = clients.Select(client => client.WatchAsync(id, 0, Cancel).GetAsyncEnumerator(Cancel)).ToArray();
        await Task.WhenAll(streams.Select(stream => stream.MoveNextAsync().AsTask()));
        var converter = dashboard.Services.GetRequiredService<FoldJsonConverter>();
        var before = converter.Serialisations;
        for (var tick = 0; tick < Ticks; tick++)
        {
            tracing.Hit(0, tick + 1);
            await dashboard.TickAsync(id);
            await Task.WhenAll(streams.Select(stream => stream.MoveNextAsync().AsTask()));
            Assert.All(streams, stream => Assert.Equal([tick + 1L], Assert.Single(stream.Current).Counts));
        }

        Assert.Equal(Ticks, converter.Serialisations - before);
        await dashboard.Sessions.StopAsync(id, Cancel);
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_viewer_who_does_not_read_makes_nothing_queue_up()
    {
        const int Rows = 4000, Ticks = 1500;
        dashboard.Engine.Names = [.. Enumerable.Range(0, Rows).Select(slot => $"f{slot}")];
        var (id, tracing) = await dashboard.RunAsync();
        dashboard.Engine.Names = ["f0", "f1", "f2"];
        await using var stalled = await HubClient.ConnectAsync(dashboard);
        await stalled.StartWatchAsync(id);
        await dashboard.Sessions.UntilAsync(id, details => details.Summary.Viewers == 1);
        var converter = dashboard.Services.GetRequiredService<FoldJsonConverter>();
        var before = converter.Serialisations;
        while (converter.Serialisations == before)
        {
            await TickAsync();
        }

        for (var tick = 0; tick < Ticks; tick++)
        {
            await TickAsync();
        }

        // A fold of these is over 50 kB of JSON, so all of them would be over 75 MB. What may be taken is what fits
        // into the buffers of the two sockets (a few megabytes) and of the connection (64 kB).
        Assert.InRange(converter.Serialisations - before, 1, Ticks / 3);
        await dashboard.Sessions.StopAsync(id, Cancel);

        async Task TickAsync()
        {
            for (var slot = 0; slot < Rows; slot++)
            {
                tracing.Hit(slot, 1_000_000);
            }

            await dashboard.TickAsync(id);
        }
    }

    private static async Task<long> CountAsync(HubClient client, string id, long cursor)
    {
        var count = 0L;
        await foreach (var folds in client.WatchAsync(id, cursor, Cancel))
        {
            count += folds.Sum(fold => fold.Counts.Sum());
        }

        return count;
    }
}
