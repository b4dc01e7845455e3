namespace BpfDashboard.Client.Contracts;

/// <summary>What the pages may ask of the server; the REST API offers the same. The server's SessionManager is it.</summary>
public interface ISessions
{
    /// <summary>Checks a command line without starting it.</summary>
    Task<SpecCheck> CheckAsync(string command, CancellationToken cancel = default);

    /// <summary>
    /// Starts a session and returns as soon as it has an id; attaching goes on behind it. With
    /// <see cref="StartResult.Problems"/> nothing was started.
    /// </summary>
    Task<StartResult> StartAsync(string command, CancellationToken cancel = default);

    /// <summary>Stops a session and returns when it is detached. False if there is no such session.</summary>
    Task<bool> StopAsync(string id, CancellationToken cancel = default);

    /// <summary>All sessions, newest first.</summary>
    IReadOnlyList<SessionSummary> List();

    /// <summary>One session, or null.</summary>
    SessionDetails? Find(string id);

    /// <summary>What this host can do and what this server lacks.</summary>
    HostInfo Host { get; }

    /// <summary>Raised with a session's id when its state, attach progress or viewers changed; on any thread.</summary>
    event Action<string>? Changed;
}

/// <summary>The outcome of a check: problems, or the canonical command, the rows it would count and its program.</summary>
/// <param name="Help">The tool's usage, when the command asked for it (<c>-h</c>).</param>
public sealed record SpecCheck(
    IReadOnlyList<SpecProblem> Problems,
    string? Command,
    int TargetCount,
    IReadOnlyList<SkippedInfo> Skipped,
    IReadOnlyList<string> Notes,
    string? Listing,
    string? Help)
{
    /// <summary>What would be counted, in words: "62 functions of libc.so.6". Null where nothing would.</summary>
    public string? Summary { get; init; }
}

/// <summary>
/// The outcome of a start: an id, or problems; or a sentence (<paramref name="Error"/>) with a hint when the command
/// is right but cannot be run here and now (limits, privileges); or the tool's usage, when asked for.
/// </summary>
public sealed record StartResult(
    string? Id, IReadOnlyList<SpecProblem> Problems, string? Error = null, string? Hint = null, string? Help = null);

/// <summary>What this host can do. An ability's problem is null when it works.</summary>
public sealed record HostInfo(
    string Name,
    string Kernel,
    string Architecture,
    IReadOnlyList<string> MissingCapabilities,
    IReadOnlyList<AbilityInfo> Abilities);

/// <summary>One thing a kernel may be able to do.</summary>
public sealed record AbilityInfo(string Name, string? Problem);
