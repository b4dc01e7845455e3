using System.Runtime.CompilerServices;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;
using BpfDashboard.Server.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace BpfDashboard.Server;

/// <summary>
/// Live data of sessions, for whoever may watch. Each viewer pulls: SignalR asks for the next item when the one before
/// is handed to the network, and what came in between is one fold by then.
/// </summary>
internal sealed class SessionHub(SessionManager sessions) : Hub
{
    /// <summary>
    /// The folds of a session from <paramref name="cursor"/> on: first the catch-up in one array, then one array per
    /// tick; completes when the session has ended and all is delivered. To go on after a lost connection, pass the
    /// <see cref="Fold.To"/> of the last fold.
    /// </summary>
    /// <exception cref="HubException">There is no such session, or the connection watches too many.</exception>
    public IAsyncEnumerable<Fold[]> Watch(string sessionId, long cursor, CancellationToken cancel)
    {
        var session = Find(sessionId);
        var streams = (StreamCount)(Context.Items[typeof(StreamCount)] ??= new StreamCount());
        return streams.TryAdd()
            ? WatchAsync(session, streams, cursor, cancel)
            : throw new HubException($"One connection can watch {StreamCount.Limit} sessions at a time.");
    }

    /// <summary>The fold of one block of a session with <c>-i</c>.</summary>
    /// <exception cref="HubException">There is no such session, or the index is negative.</exception>
    public Fold Block(string sessionId, int index)
    {
        var session = Find(sessionId);
        return index >= 0 ? session.Blocks.Fold(index) : throw new HubException("Blocks are counted from 0.");
    }

    /// <summary>The fold of any range of ticks.</summary>
    /// <exception cref="HubException">There is no such session.</exception>
    public Fold Fold(string sessionId, long from, long to) => Find(sessionId).Recording.Fold(from, to);

    /// <summary>The events of the whole recording over time, in at most <paramref name="maxPoints"/> points.</summary>
    /// <exception cref="HubException">There is no such session, or no such number of points.</exception>
    public Timeline Timeline(string sessionId, int maxPoints) => maxPoints is >= 1 and <= Timelines.MaxPoints
        ? Find(sessionId).Recording.Timeline(maxPoints)
        : throw new HubException($"A time line has 1 to {Timelines.MaxPoints} points.");

    /// <summary>A window of a session's events one by one. An answer looks for 50 ms at most, and says how far it came.</summary>
    /// <exception cref="HubException">There is no such session, it has no rows, or the query makes no sense.</exception>
    public RowPage Rows(string sessionId, RowQuery query) => RowSearch.WhyNot(query) is { } problem
        ? throw new HubException(problem)
        : FindRows(sessionId).Search.Page(query);

    /// <summary>Equal events of a session, counted; a window of them, the largest first. An answer looks as <see cref="Rows"/> does.</summary>
    /// <exception cref="HubException">There is no such session, it has no rows, or the query makes no sense.</exception>
    public GroupPage RowGroups(string sessionId, GroupQuery query) => GroupSearch.WhyNot(query) is { } problem
        ? throw new HubException(problem)
        : FindRows(sessionId).Search.Groups.Page(query);

    /// <summary>All that is known of one event; null if it was let go of, or has not come yet.</summary>
    /// <exception cref="HubException">There is no such session, or it has no rows.</exception>
    public RowDetails? RowDetails(string sessionId, long number) => FindRows(sessionId).ToDetails(number);

    /// <summary>A histogram of a session over time.</summary>
    /// <exception cref="HubException">There is no such session, or no such histogram.</exception>
    public HeatMap HeatMap(string sessionId, HeatMapQuery query)
    {
        var recording = Find(sessionId).Recording;
        return recording.WhyNot(query) is { } problem ? throw new HubException(problem) : recording.HeatMap(query);
    }

    /// <summary>Commands that look into a part of a distribution.</summary>
    /// <exception cref="HubException">There is no such session, or no such part.</exception>
    public IReadOnlyList<SliceCommand> SliceCommands(string sessionId, SliceQuery query)
    {
        var session = Find(sessionId);
        return session.Recording.WhyNot(query) is { } problem ? throw new HubException(problem) : session.SliceCommandsOf(query);
    }

    private static async IAsyncEnumerable<Fold[]> WatchAsync(
        Session session, StreamCount streams, long cursor, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var viewer = session.AddViewer();
        try
        {
            await foreach (var folds in session.Recording.WatchAsync(cursor, cancel))
            {
                yield return folds;
            }
        }
        finally
        {
            streams.Remove();
        }
    }

    private Session Find(string id) =>
        sessions.FindSession(id) ?? throw new HubException($"There is no session '{id}'. It may have been forgotten.");

    private RowRecording FindRows(string id) =>
        Find(id).Recording.Rows ?? throw new HubException("The session only counts: it has no events to show one by one.");

    /// <summary>The streams of one connection. Calls of a connection come one by one, but streams end at any time.</summary>
    private sealed class StreamCount
    {
        public const int Limit = 16;
        private int count;

        public bool TryAdd()
        {
            if (Interlocked.Increment(ref count) <= Limit)
            {
                return true;
            }

            Remove();
            return false;
        }

        public void Remove() => Interlocked.Decrement(ref count);
    }
}
