using System.Diagnostics.CodeAnalysis;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server.Sessions;

/// <summary>
/// One run of one command: attaches, reads a tick at a time into its <see cref="Recording"/>, ends, detaches. It ends by
/// itself (duration, nobody watching, recording full, failure) or by <see cref="RequestEnd"/>; the first reason counts.
/// Nobody waits for the detaching: a kernel without multi-links takes a twentieth of a second for each function.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer or handle, and is used until the end.")]
internal sealed class Session
{
    private readonly CompileResult compiled;
    private readonly ITracingEngine engine;
    private readonly DashboardOptions options;
    private readonly TimeProvider time;
    private readonly SessionLog log;
    private readonly Action<string> changed;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource detached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<string> listing;
    private readonly SymbolNames names;
    private readonly SilenceWatch silence;
    private SessionStatus status;
    private EndRequest? end;

    public Session(
        string id,
        CompileResult compiled,
        ITracingEngine engine,
        IOptions<DashboardOptions> options,
        TimeProvider time,
        SessionLog log,
        Action<string> changed)
    {
        (Id, this.compiled, this.engine, this.options) = (id, compiled, engine, options.Value);
        (this.time, this.log, this.changed) = (time, log, changed);
        Bound = compiled.Bound ?? throw new ArgumentException("The command was not bound.", nameof(compiled));
        Command = Bound.Syntax.ToString();
        names = new SymbolNames(engine.CreateSymbolizer);
        Recording = new Recording(Bound.Targets.Count, hasStacks: Bound.Options.Stacks is not null, Rows(), Distributions());
        listing = new Lazy<string>(() => compiled.Image?.ToString() ?? "");
        Blocks = new Blocks(Recording, Bound.Options.Interval, Bound.Options.Duration);
        silence = new SilenceWatch(id, Bound, engine, log, found => Update(now => now with { Explanations = found }));
        StartedAt = time.GetUtcNow();
        status = new SessionStatus(
            Progress: new AttachProgress(0, Bound.Probes.Count), UnwatchedSince: time.GetTimestamp());
    }

    public string Id { get; }

    /// <summary>The command line in its canonical form.</summary>
    public string Command { get; }

    /// <summary>The probes, without the quotes of a shell.</summary>
    public string Pattern => string.Join(' ', Bound.Syntax.Probes.Select(CommandPrinter.Print));

    public BoundSpec Bound { get; }

    /// <summary>The programs and maps as text: hundreds of lines, and every viewer asks at every change.</summary>
    public string Listing => listing.Value;

    public Recording Recording { get; }

    public Blocks Blocks { get; }

    public DateTimeOffset StartedAt { get; }

    public SessionStatus Status => Volatile.Read(ref status);

    /// <summary>Completes when nothing is counted any more and the recording is complete. Never fails.</summary>
    public Task Ended => ended.Task;

    /// <summary>Completes when the kernel has forgotten the session, some time after its end. Never fails.</summary>
    public Task Detached => detached.Task;

    /// <summary>How long it has been running, or ran.</summary>
    public TimeSpan Elapsed => Status switch
    {
        { Elapsed: { } whole } => whole,
        { RunningSince: { } since } => time.GetElapsedTime(since),
        _ => TimeSpan.Zero,
    };

    /// <summary>Lives the whole life of the session. Never throws: what goes wrong becomes the end reason.</summary>
    public async Task RunAsync()
    {
        var starting = Task.Run(() => engine.Start(compiled, new ProgressReporter(this), stop.Token));
        try
        {
            await FollowAsync(await starting.WaitAsync(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // RequestEnd has said why.
        }
        catch (Exception exception)
        {
            // Whatever broke, it ends this session and not the server.
            log.SessionBroke(Id, exception);
            RequestEnd(exception.Message, failed: true);
        }

        End(Status.RunningSince is null ? null : await starting);
        await DetachAsync(starting);
    }

    /// <summary>Makes the session end; returns at once. A later reason does not replace an earlier one.</summary>
    public void RequestEnd(string reason, bool failed = false)
    {
        if (Interlocked.CompareExchange(ref end, new EndRequest(reason, failed), null) is null)
        {
            // Asynchronously, or the caller would run the session's detaching.
            _ = stop.CancelAsync();
        }
    }

    /// <summary>Lets go of what its rows' addresses were named by, when it is forgotten.</summary>
    public void Forget() => names.Dispose();

    /// <summary>Counts a viewer until the result is disposed.</summary>
    public IDisposable AddViewer()
    {
        Update(now => now with { Viewers = now.Viewers + 1, UnwatchedSince = null });
        return new Viewer(this);
    }

    private async Task FollowAsync(ITracingSession tracing)
    {
        using var deadline = Bound.Options.Duration is { } duration ? EndAfter(duration) : null;
        using var timer = new PeriodicTimer(options.TickInterval, time);
        SetClock(TimeSpan.Zero);
        Update(now => now with
        {
            State = SessionState.Running,
            Report = tracing.Report,
            RunningSince = time.GetTimestamp(),
        });
        log.SessionRunning(Id, tracing.Report.AttachTime.TotalMilliseconds, tracing.Report.Skipped.Count);
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            var tick = tracing.TakeTick();
            Append(tick);
            silence.Observe(tick, stop.Token);
            EndIfSeenEnough();
            EndIfFull();
            EndIfUnwatched();
        }
    }

    private ITimer EndAfter(TimeSpan duration) => time.CreateTimer(
        _ => RequestEnd($"The duration of {duration.TotalSeconds:0.###} s is over."),
        null, duration, Timeout.InfiniteTimeSpan);

    /// <summary>The first tick tells best when session time began: it began before we heard of it.</summary>
    private void Append(Tick tick)
    {
        if (Recording.End == 0)
        {
            SetClock(tick.End);
        }

        Recording.Append(tick);
    }

    /// <summary>Says what session time it is now. On Linux a time stamp is the clock that the kernel's programs read too.</summary>
    private void SetClock(TimeSpan sessionTime)
    {
        if (Recording.Rows is { } rows)
        {
            var now = (long)((Int128)time.GetTimestamp() * 1_000_000_000 / time.TimestampFrequency);
            rows.Clock = new RowClock(
                now - (sessionTime.Ticks * TimeSpan.NanosecondsPerTick), time.GetUtcNow() - sessionTime);
        }
    }

    /// <summary>Null for a session that shows no events one by one.</summary>
    private RowRecording? Rows() => Bound.Options.Rows is null ? null : new RowRecording(
        new RowRenderer(Bound, names), options.KeepRows, options.KeepRowsMegabytes * 1024L * 1024L);

    /// <summary>Null for a session without distributions.</summary>
    private DistributionRenderer? Distributions() =>
        Bound.Options.Distributions is null ? null : new DistributionRenderer(Bound, names);

    private void EndIfSeenEnough()
    {
        if (Recording.Rows is { IsOver: true } rows)
        {
            RequestEnd($"{rows.Store.End:N0} events came, as many as -M asks for.");
        }
    }

    private void EndIfFull()
    {
        if (Recording.SizeOfTicks > options.RecordingLimitMegabytes * 1024L * 1024L)
        {
            RequestEnd($"The recording reached its limit of {options.RecordingLimitMegabytes} MB.");
        }
    }

    private void EndIfUnwatched()
    {
        var limit = options.IdleTimeout;
        if (limit > TimeSpan.Zero && Status.UnwatchedSince is { } since && time.GetElapsedTime(since) >= limit)
        {
            RequestEnd($"Nobody watched for {InWords(limit)}.");
        }
    }

    private static string InWords(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? $"{time.TotalSeconds:0.##} s" : $"{time.TotalMinutes:0.##} minutes";

    /// <param name="tracing">Null if it never ran.</param>
    private void End(ITracingSession? tracing)
    {
        var elapsed = Elapsed;
        Update(now => now with { State = SessionState.Stopping });
        if (tracing is not null && end is not { Failed: true })
        {
            ReadRest(tracing);
        }

        // RunAsync only gets here by a request, or makes one; the fallback keeps the compiler's null check honest.
        var request = end ?? new EndRequest("Ended.", Failed: false);
        Update(now => now with
        {
            State = request.Failed ? SessionState.Failed : SessionState.Finished,
            EndReason = request.Reason,
            Elapsed = elapsed,
        });
        if (tracing is null)
        {
            log.SessionNeverRan(Id, request.Reason);
        }
        else
        {
            log.SessionEnded(Id, request.Reason, elapsed.TotalSeconds, Recording.TotalCount);
        }

        Recording.Complete();
        ended.SetResult();
    }

    /// <summary>Reads once more, so that no hit between the last tick and now is lost.</summary>
    private void ReadRest(ITracingSession tracing)
    {
        try
        {
            tracing.StopCounting();
            var tick = tracing.TakeTick();
            Append(tick);
            silence.Observe(tick, stop.Token);
        }
        catch (Exception exception)
        {
            // As in RunAsync. The session has ended for another reason, but its numbers may lack the last ones.
            log.SessionBroke(Id, exception);
            end = new EndRequest(exception.Message, Failed: true);
        }
    }

    /// <summary>Also waits for an attaching that was cancelled, which takes back what it did.</summary>
    private async Task DetachAsync(Task<ITracingSession> starting)
    {
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (starting.IsCompletedSuccessfully)
        {
            Detach(starting.Result);
        }

        await silence.Idle;
        detached.SetResult();
    }

    private void Detach(ITracingSession tracing)
    {
        var started = time.GetTimestamp();
        try
        {
            tracing.Dispose();
        }
        catch (Exception exception)
        {
            log.SessionBroke(Id, exception);
        }

        var took = time.GetElapsedTime(started);
        Update(now => now with { DetachTime = took });
        log.SessionDetached(Id, took.TotalMilliseconds);
    }

    private void RemoveViewer() => Update(now => now with
    {
        Viewers = now.Viewers - 1,
        UnwatchedSince = now.Viewers == 1 ? time.GetTimestamp() : null,
    });

    private void Update(Func<SessionStatus, SessionStatus> change)
    {
        lock (gate)
        {
            Volatile.Write(ref status, change(status));
        }

        changed(Id);
    }

    private sealed record EndRequest(string Reason, bool Failed);

    private sealed class ProgressReporter(Session session) : IProgress<AttachProgress>
    {
        public void Report(AttachProgress value) => session.Update(now => now with { Progress = value });
    }

    private sealed class Viewer(Session session) : IDisposable
    {
        private Session? watched = session;

        public void Dispose() => Interlocked.Exchange(ref watched, null)?.RemoveViewer();
    }
}
