using System.Buffers.Text;
using System.Security.Cryptography;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Compilation;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server;

/// <summary>Starts, finds and stops sessions. It lives as long as the server.</summary>
internal sealed class SessionManager(
    ITracingEngine engine, IOptions<DashboardOptions> options, TimeProvider time, SessionLog log)
    : ISessions, IHostedService
{
    private const int IdBytes = 12;
    private readonly Lock gate = new();
    private readonly List<Session> sessions = [];
    private readonly Lazy<HostInfo> host = new(() => engine.Inspect().ToInfo());
    private bool closed;

    /// <inheritdoc/>
    public event Action<string>? Changed;

    /// <inheritdoc/>
    public HostInfo Host => host.Value;

    /// <inheritdoc/>
    public async Task<SpecCheck> CheckAsync(string command, CancellationToken cancel = default) =>
        (await CompileAsync(command, cancel)).ToCheck();

    /// <inheritdoc/>
    public async Task<StartResult> StartAsync(string command, CancellationToken cancel = default)
    {
        var compiled = await CompileAsync(command, cancel);
        if (compiled.Bound is null || compiled.Diagnostics.Count > 0)
        {
            return new StartResult(null, compiled.ToProblems(), Help: compiled.ToHelp());
        }

        return WhyNot(compiled) ?? Start(compiled);
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(string id, CancellationToken cancel = default)
    {
        if (FindSession(id) is not { } session)
        {
            return false;
        }

        session.RequestEnd("Stopped.");
        await session.Ended.WaitAsync(cancel);
        return true;
    }

    /// <summary>Stops a session and forgets it. False if there is no such session.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancel = default)
    {
        if (FindSession(id) is not { } session)
        {
            return false;
        }

        await StopAsync(id, cancel);
        lock (gate)
        {
            sessions.Remove(session);
        }

        session.Forget();
        Announce(id);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SessionSummary> List() =>
        [.. Snapshot().Reverse().Select(session => session.ToSummary())];

    /// <inheritdoc/>
    public SessionDetails? Find(string id) => FindSession(id)?.ToDetails();

    /// <summary>The session with this id, or null.</summary>
    public Session? FindSession(string id)
    {
        lock (gate)
        {
            return sessions.Find(session => session.Id == id);
        }
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        // Trying every kind of probe takes a moment, which the first visitor need not wait for.
        _ = Task.Run(() => Host, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Starts nothing any more, stops all sessions, and completes when they are detached.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            closed = true;
        }

        var alive = Snapshot();
        foreach (var session in alive)
        {
            session.RequestEnd("The server was stopped.");
        }

        return Task.WhenAll(alive.Select(session => session.Detached));
    }

    /// <summary>Nothing is left to do: <see cref="Shutdown"/> has closed this before the connections.</summary>
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private StartResult Start(CompileResult compiled)
    {
        // 96 random bits: a link to a session is not to be guessed.
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var session = new Session(id, compiled, engine, options, time, log, Announce);
        lock (gate)
        {
            if (closed)
            {
                return Refuse("The server is stopping.", "Try again when it is back.");
            }

            // One that has ended but is not detached yet burdens the host like any other.
            if (sessions.Count(other => !other.Detached.IsCompleted) >= options.Value.MaxRunningSessions)
            {
                return Refuse(
                    $"{options.Value.MaxRunningSessions} sessions are running or being detached, which is the limit.",
                    "Stop one of them, or raise MaxRunningSessions.");
            }

            sessions.Add(session);
        }

        log.SessionStarting(id, session.Command, session.Bound.Targets.Count, session.Bound.Probes.Count);
        _ = RunAsync(session);
        Announce(id);
        return new StartResult(id, []);
    }

    private async Task RunAsync(Session session)
    {
        await session.RunAsync();
        Forget();
    }

    private StartResult? WhyNot(CompileResult compiled)
    {
        var (probes, limit) = (compiled.Bound?.Probes.Count ?? 0, options.Value.MaxProbesPerSession);
        var vital = Host.MissingVital;
        if (vital.Count > 0)
        {
            return Refuse($"This server may not trace: it lacks {string.Join(" and ", vital)}.", "Start it with sudo ./run.");
        }

        return probes <= limit ? null : Refuse(
            $"The command would probe {probes} places; the limit is {limit}.",
            "Narrow the pattern, or raise MaxProbesPerSession.");
    }

    /// <summary>Lets go of the oldest finished sessions beyond what is to be kept.</summary>
    private void Forget()
    {
        var forgotten = new List<Session>();
        lock (gate)
        {
            var finished = sessions.FindAll(session => session.Detached.IsCompleted);
            var size = finished.Sum(session => session.Recording.Size);
            for (var left = finished.Count; left > 0 && IsTooMuch(left, size); left--)
            {
                var oldest = finished[^left]; // sessions are in the order they were started
                size -= oldest.Recording.Size;
                sessions.Remove(oldest);
                forgotten.Add(oldest);
            }
        }

        foreach (var session in forgotten)
        {
            session.Forget();
            log.SessionForgotten(session.Id);
            Announce(session.Id);
        }
    }

    private bool IsTooMuch(int count, long size) =>
        count > options.Value.KeepFinishedSessions || size > options.Value.KeepFinishedMegabytes * 1024L * 1024L;

    private Session[] Snapshot()
    {
        lock (gate)
        {
            return [.. sessions];
        }
    }

    /// <summary>Off the caller's thread: reading a large ELF file or all of kallsyms takes a while.</summary>
    private Task<CompileResult> CompileAsync(string command, CancellationToken cancel) =>
        Task.Run(() => engine.Compile(command), cancel);

    /// <summary>
    /// Raises <see cref="Changed"/>, for each subscriber by itself: a page that throws while it is being closed must
    /// not end the session it looked at, nor keep the news from the others.
    /// </summary>
    private void Announce(string id)
    {
        foreach (var subscriber in Changed?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<string>)subscriber)(id);
            }
            catch (Exception exception)
            {
                log.SubscriberBroke(id, exception);
            }
        }
    }

    private static StartResult Refuse(string error, string hint) => new(null, [], error, hint);
}
