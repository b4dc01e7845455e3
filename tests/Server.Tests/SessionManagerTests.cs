using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Server.Tests;

public sealed class SessionManagerTests
{
    private const int Timeout = 20_000;

    [Fact(Timeout = Timeout)]
    public async Task A_session_counts_until_it_is_stopped()
    {
        var test = new TestManager();
        var (id, tracing) = await test.RunAsync();
        tracing.Hit(1, 5);
        await test.TickAsync(id);
        Assert.True(await test.Sessions.StopAsync(id, TestManager.Cancel));
        var details = test.Sessions.Find(id)!;
        Assert.Equal((SessionState.Finished, "Stopped.", 5L), (details.Summary.State, details.Summary.EndReason, details.Summary.TotalCount));
        await test.Sessions.UntilDetachedAsync(id);
        Assert.True(tracing.IsDisposed);
        Assert.Equal("funccount 'c:f*'", details.Summary.Command);
        Assert.Equal(("c:f*", 20.0), (details.Pattern, details.AttachMs));
        Assert.Equal(["gone", "f9"], details.Skipped.Select(skipped => skipped.Name));
    }

    [Fact(Timeout = Timeout)]
    public async Task Hits_after_the_last_tick_are_read_before_detaching()
    {
        var test = new TestManager();
        var (id, tracing) = await test.RunAsync();
        await test.TickAsync(id);
        tracing.Hit(0, 7);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        Assert.Equal(7, test.Sessions.Find(id)!.Summary.TotalCount);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_duration_ends_a_session()
    {
        var test = new TestManager();
        var (id, _) = await test.RunAsync("funccount -d 2 'c:f*'");
        await test.TickAsync(id, 19);
        Assert.Equal(SessionState.Running, test.Sessions.Find(id)!.Summary.State);
        test.Time.Advance(TimeSpan.FromMilliseconds(100));
        var ended = await test.Sessions.UntilEndedAsync(id);
        Assert.Equal((SessionState.Finished, "The duration of 2 s is over."), (ended.Summary.State, ended.Summary.EndReason));
        Assert.Equal(2000, ended.Summary.ElapsedMs);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_nobody_ever_watched_is_stopped()
    {
        var test = new TestManager(new DashboardOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        var (id, _) = await test.RunAsync();
        await test.TickAsync(id, 9);
        Assert.Equal(SessionState.Running, test.Sessions.Find(id)!.Summary.State);
        await test.TickAsync(id);
        Assert.Equal("Nobody watched for 1 s.", (await test.Sessions.UntilEndedAsync(id)).Summary.EndReason);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_watched_session_goes_on_until_the_last_viewer_has_been_gone_for_long()
    {
        var test = new TestManager(new DashboardOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        var (id, _) = await test.RunAsync();
        var session = test.Sessions.FindSession(id)!;
        var (first, second) = (session.AddViewer(), session.AddViewer());
        await test.TickAsync(id, 30);
        first.Dispose();
        first.Dispose();
        await test.TickAsync(id, 30);
        Assert.Equal((SessionState.Running, 1), (test.Sessions.Find(id)!.Summary.State, test.Sessions.Find(id)!.Summary.Viewers));
        second.Dispose();
        await test.TickAsync(id, 9);
        Assert.Equal(SessionState.Running, test.Sessions.Find(id)!.Summary.State);
        await test.TickAsync(id);
        Assert.Equal(SessionState.Finished, (await test.Sessions.UntilEndedAsync(id)).Summary.State);
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_an_idle_timeout_nobody_needs_to_watch()
    {
        var test = new TestManager(new DashboardOptions { IdleTimeout = TimeSpan.Zero });
        var (id, _) = await test.RunAsync();
        test.Time.Advance(TimeSpan.FromDays(1));
        await test.TickAsync(id, 2);
        Assert.Equal(SessionState.Running, test.Sessions.Find(id)!.Summary.State);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failing_read_fails_the_session_and_not_the_server()
    {
        var test = new TestManager();
        var (id, tracing) = await test.RunAsync();
        tracing.Failure = new InvalidOperationException("the map is gone");
        test.Time.Advance(TimeSpan.FromMilliseconds(100));
        var ended = await test.Sessions.UntilEndedAsync(id);
        Assert.Equal((SessionState.Failed, "the map is gone"), (ended.Summary.State, ended.Summary.EndReason));
        await test.Sessions.UntilDetachedAsync(id);
        Assert.True(tracing.IsDisposed);
        tracing.Failure = null;
        await test.RunAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_that_throws_ends_no_session_and_keeps_no_news_from_others()
    {
        var test = new TestManager();
        test.Sessions.Changed += _ => throw new ObjectDisposedException("a page");
        var (id, _) = await test.RunAsync();
        await test.TickAsync(id);
        Assert.True(await test.Sessions.StopAsync(id, TestManager.Cancel));
        Assert.Equal(SessionState.Finished, test.Sessions.Find(id)!.Summary.State);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failing_last_read_is_said_and_the_session_detached()
    {
        var test = new TestManager();
        var (id, tracing) = await test.RunAsync();
        tracing.Failure = new InvalidOperationException("the map is gone");
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        Assert.Equal(SessionState.Failed, test.Sessions.Find(id)!.Summary.State);
        await test.Sessions.UntilDetachedAsync(id);
        Assert.True(tracing.IsDisposed);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_be_attached_fails_with_the_reason()
    {
        var test = new TestManager();
        test.Engine.WhileAttaching = _ => throw new InvalidOperationException("no such file");
        var id = (await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Id!;
        var ended = await test.Sessions.UntilEndedAsync(id);
        Assert.Equal((SessionState.Failed, "no such file"), (ended.Summary.State, ended.Summary.EndReason));
    }

    [Fact(Timeout = Timeout)]
    public async Task Stopping_while_attaching_cancels_it()
    {
        var test = new TestManager();
        test.Engine.WhileAttaching = cancel =>
        {
            cancel.WaitHandle.WaitOne(Timeout);
            cancel.ThrowIfCancellationRequested();
        };
        var id = (await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Id!;
        Assert.Equal(SessionState.Starting, test.Sessions.Find(id)!.Summary.State);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        Assert.Equal((SessionState.Finished, "Stopped."), (test.Sessions.Find(id)!.Summary.State, test.Sessions.Find(id)!.Summary.EndReason));
        Assert.Empty(test.Engine.Started);
    }

    [Fact(Timeout = Timeout)]
    public async Task One_session_too_many_is_refused_until_another_ends()
    {
        var test = new TestManager(new DashboardOptions { MaxRunningSessions = 2 });
        var (first, _) = await test.RunAsync();
        await test.RunAsync();
        var refused = await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel);
        Assert.Equal((null, "2 sessions are running or being detached, which is the limit."), (refused.Id, refused.Error));
        await test.Sessions.StopAsync(first, TestManager.Cancel);
        await test.Sessions.UntilDetachedAsync(first);
        await test.RunAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_waits_for_the_detaching_but_it_counts_as_a_session()
    {
        var test = new TestManager(new DashboardOptions { MaxRunningSessions = 1 });
        using var mayDetach = new ManualResetEventSlim();
        test.Engine.WhileDetaching = () => mayDetach.Wait(TestManager.Cancel);
        var (id, tracing) = await test.RunAsync();
        tracing.Hit(0, 3);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        var details = test.Sessions.Find(id)!;
        Assert.Equal((SessionState.Finished, 3L, null), (details.Summary.State, details.Summary.TotalCount, details.DetachMs));
        Assert.True(test.Sessions.FindSession(id)!.Recording.IsComplete);
        Assert.NotNull((await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Error);

        mayDetach.Set();
        await test.Sessions.UntilDetachedAsync(id);
        Assert.NotNull(test.Sessions.Find(id)!.DetachMs);
        await test.RunAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_waits_until_a_cancelled_start_is_undone()
    {
        var test = new TestManager();
        using var mayUndo = new ManualResetEventSlim();
        test.Engine.WhileAttaching = cancel =>
        {
            cancel.WaitHandle.WaitOne(Timeout);
            mayUndo.Wait(TestManager.Cancel);
            cancel.ThrowIfCancellationRequested();
        };
        var id = (await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Id!;
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        Assert.Equal(SessionState.Finished, test.Sessions.Find(id)!.Summary.State);
        Assert.False(test.Sessions.FindSession(id)!.Detached.IsCompleted);
        mayUndo.Set();
        await test.Sessions.UntilDetachedAsync(id);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_start_that_succeeds_just_when_it_is_cancelled_is_detached_too()
    {
        var test = new TestManager();
        test.Engine.WhileAttaching = cancel => cancel.WaitHandle.WaitOne(Timeout);
        var id = (await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Id!;
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        await test.Sessions.UntilDetachedAsync(id);
        Assert.True(Assert.Single(test.Engine.Started).IsDisposed);
    }

    [Fact(Timeout = Timeout)]
    public async Task Too_many_probes_are_refused()
    {
        var test = new TestManager(new DashboardOptions { MaxProbesPerSession = 2 });
        var refused = await test.Sessions.StartAsync("funccount 'c:f*'", TestManager.Cancel);
        Assert.Equal("The command would probe 3 places; the limit is 2.", refused.Error);
        Assert.Empty(test.Sessions.List());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_without_privileges_names_what_it_lacks()
    {
        var test = new TestManager();
        test.Engine.MissingCapabilities = ["CAP_BPF", "CAP_SYSLOG"];
        var refused = await test.Sessions.StartAsync("funccount 'c:f*'", TestManager.Cancel);
        Assert.Equal("This server may not trace: it lacks CAP_BPF.", refused.Error);
    }

    [Fact(Timeout = Timeout)]
    public async Task Mistakes_and_help_start_nothing()
    {
        var test = new TestManager();
        Assert.NotEmpty((await test.Sessions.StartAsync("funccount -i x c:f", TestManager.Cancel)).Problems);
        Assert.Contains("usage", (await test.Sessions.StartAsync("funccount -h", TestManager.Cancel)).Help, StringComparison.Ordinal);
        Assert.Empty(test.Sessions.List());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_oldest_finished_sessions_are_forgotten()
    {
        var test = new TestManager(new DashboardOptions { KeepFinishedSessions = 2 });
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var (id, _) = await test.RunAsync();
            ids.Add(id);
            await test.Sessions.StopAsync(id, TestManager.Cancel);
        }

        await test.Sessions.UntilAsync(ids[3], _ => test.Sessions.List().Count == 2);
        Assert.Equal([ids[3], ids[2]], test.Sessions.List().Select(session => session.Id));
        Assert.Null(test.Sessions.Find(ids[0]));
    }

    [Fact(Timeout = Timeout)]
    public async Task Finished_recordings_share_a_limit_of_memory()
    {
        var test = new TestManager(new DashboardOptions { KeepFinishedMegabytes = 0 });
        var (id, _) = await test.RunAsync();
        var running = (await test.RunAsync()).Id;
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        await test.Sessions.UntilAsync(running, _ => test.Sessions.List().Count == 1);
        Assert.Equal(running, test.Sessions.List()[0].Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_recording_full_of_stacks_ends_the_session_and_keeps_every_event()
    {
        var test = new TestManager(new DashboardOptions { RecordingLimitMegabytes = 1 });
        var (id, tracing) = await test.RunAsync(stacks: new StackOptions());
        var recording = test.Sessions.FindSession(id)!.Recording;
        for (var stack = 0; stack < 30_000; stack++)
        {
            tracing.Hit(new StackContext(1, 0, -1, "c"), $"f{stack % 100};g{stack}");
        }

        await test.TickAsync(id);
        var ended = await test.Sessions.UntilEndedAsync(id);
        Assert.Equal("The recording reached its limit of 1 MB.", ended.Summary.EndReason);
        Assert.Equal(30_000, recording.Fold(0, recording.End).Stacks!.Counts.Sum());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_tick_that_makes_no_sense_fails_its_session_and_no_other()
    {
        var test = new TestManager();
        var (id, tracing) = await test.RunAsync();
        tracing.Hit(99, 1);
        test.Time.Advance(TimeSpan.FromMilliseconds(100));
        var ended = await test.Sessions.UntilEndedAsync(id);
        Assert.Equal((SessionState.Failed, "A tick has slot 99, of 3."), (ended.Summary.State, ended.Summary.EndReason));
        Assert.True(tracing.IsDisposed);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_full_recording_ends_the_session_and_keeps_every_tick()
    {
        var test = new TestManager(new DashboardOptions { RecordingLimitMegabytes = 1, MaxProbesPerSession = 30_000 });
        test.Engine.Names = [.. Enumerable.Range(0, 30_000).Select(slot => $"f{slot}")];
        var (id, tracing) = await test.RunAsync();
        var ticks = 0;
        for (; test.Sessions.Find(id)!.Summary.EndReason is null && ticks < 100; ticks++)
        {
            for (var slot = 0; slot < 30_000; slot++)
            {
                tracing.Hit(slot, 1);
            }

            if (test.Sessions.Find(id)!.Summary.State == SessionState.Running)
            {
                await test.TickAsync(id);
            }
        }

        var ended = await test.Sessions.UntilEndedAsync(id);
        Assert.Equal("The recording reached its limit of 1 MB.", ended.Summary.EndReason);
        Assert.Equal(0, ended.Summary.TotalCount % 30_000);
        Assert.InRange(ticks, 10, 30);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stopping_server_stops_and_detaches_all_sessions()
    {
        var test = new TestManager();
        var (first, tracing) = await test.RunAsync();
        var (second, other) = await test.RunAsync();
        await test.Sessions.CloseAsync().WaitAsync(TestManager.Cancel);
        Assert.True(tracing.IsDisposed && other.IsDisposed);
        Assert.All([first, second], id => Assert.Equal("The server was stopped.", test.Sessions.Find(id)!.Summary.EndReason));
        Assert.NotNull((await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Error);
    }

    [Fact(Timeout = Timeout)]
    public async Task Ids_are_long_different_and_fit_into_a_url()
    {
        var test = new TestManager(new DashboardOptions { MaxRunningSessions = 100 });
        var ids = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add((await test.Sessions.StartAsync("funccount c:f", TestManager.Cancel)).Id!);
        }

        Assert.Equal(50, ids.Count);
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_-]{16}$", id));
    }

    [Fact(Timeout = Timeout)]
    public async Task Attach_progress_is_told_while_it_lasts()
    {
        var test = new TestManager();
        var (id, _) = await test.RunAsync();
        var details = test.Sessions.Find(id)!;
        Assert.Equal((3, 3), (details.AttachDone, details.AttachTotal));
        Assert.False(await test.Sessions.StopAsync("nobody", TestManager.Cancel));
    }
}
