using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Binding;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server.Tests;

/// <summary>A session manager over a scripted engine and a clock that stands still.</summary>
internal sealed class TestManager
{
    public TestManager(DashboardOptions? options = null)
    {
        Engine = new ScriptedEngine(Time);
        Sessions = new SessionManager(
            Engine, Options.Create(options ?? new DashboardOptions()), Time, new SessionLog(NullLogger<SessionLog>.Instance));
    }

    public FakeTime Time { get; } = new();

    public ScriptedEngine Engine { get; }

    public SessionManager Sessions { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts a command and waits until it runs.</summary>
    public async Task<(string Id, ScriptedTracing Tracing)> RunAsync(
        string command = "funccount 'c:f*'", StackOptions? stacks = null)
    {
        Engine.Stacks = stacks;
        var result = await Sessions.StartAsync(command, Cancel);
        Assert.True(result.Id is not null, result.Error);
        await Sessions.UntilAsync(result.Id, details => details.Summary.State == SessionState.Running);
        return (result.Id, Engine.Started[^1]);
    }

    /// <summary>Moves the clock tick by tick, waiting each time until the session has read it.</summary>
    public async Task TickAsync(string id, int ticks = 1)
    {
        var recording = Sessions.FindSession(id)!.Recording;
        for (; ticks > 0 && !recording.IsComplete; ticks--)
        {
            var end = recording.End;
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await recording.WaitAsync(end, Cancel);
        }
    }
}

internal static class SessionManagerExtensions
{
    /// <summary>Waits until a session is as described; the test's own timeout is the limit.</summary>
    public static async Task<SessionDetails> UntilAsync(
        this SessionManager sessions, string id, Func<SessionDetails, bool> condition)
    {
        var found = new TaskCompletionSource<SessionDetails>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check(string changed)
        {
            if (sessions.Find(id) is { } details && condition(details))
            {
                found.TrySetResult(details);
            }
        }

        sessions.Changed += Check;
        try
        {
            Check(id);
            return await found.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            sessions.Changed -= Check;
        }
    }

    public static Task UntilDetachedAsync(this SessionManager sessions, string id) =>
        sessions.FindSession(id)!.Detached.WaitAsync(TestContext.Current.CancellationToken);

    public static Task<SessionDetails> UntilEndedAsync(this SessionManager sessions, string id) => sessions.UntilAsync(
        id, details => details.Summary.State is SessionState.Finished or SessionState.Failed);
}
