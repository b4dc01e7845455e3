using System.Text.Json.Serialization;

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

    /// <summary>
    /// Stops a session and returns when its recording is complete; it is detached right after
    /// (<see cref="SessionDetails.DetachMs"/>). False if there is no such session.
    /// </summary>
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

/// <summary>What this host can do, found by trying.</summary>
/// <param name="Name">The host's name.</param>
/// <param name="Kernel">Its release, as uname names it.</param>
public sealed record HostInfo(string Name, string Kernel, string Architecture)
{
    /// <summary>Kernel lockdown: "none", "integrity", "confidentiality", or why it is not known.</summary>
    public string Lockdown { get; init; } = "";

    /// <summary>Each kind of targets, once.</summary>
    public IReadOnlyList<KindInfo> Kinds { get; init; } = [];

    /// <summary>Each way to attach, best first for each kind of targets.</summary>
    public IReadOnlyList<MechanismInfo> Mechanisms { get; init; } = [];

    /// <summary>What else helps: BTF, lists of names, run statistics.</summary>
    public IReadOnlyList<AbilityInfo> Extras { get; init; } = [];

    /// <summary>Settings of the kernel that decide what is allowed.</summary>
    public IReadOnlyList<SettingInfo> Settings { get; init; } = [];

    /// <summary>Capabilities that the server would use and has not.</summary>
    public IReadOnlyList<PrivilegeInfo> MissingPrivileges { get; init; } = [];

    /// <summary>How to get what is missing.</summary>
    public IReadOnlyList<RemedyInfo> Remedies { get; init; } = [];

    /// <summary>All of it as text, as <c>./run --check</c> prints it.</summary>
    public string Text { get; init; } = "";

    /// <summary>The names of those without which nothing can be traced.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> MissingVital =>
        [.. MissingPrivileges.Where(missing => missing.IsVital).Select(missing => missing.Name)];
}

/// <summary>A kind of targets: how it is probed here (<paramref name="Uses"/>), or why it cannot be.</summary>
/// <param name="Id">kernelFunctions, userFunctions, usdt, tracepoints or sampling.</param>
/// <param name="Name">"kernel functions" …</param>
public sealed record KindInfo(string Id, string Name, string? Problem, string? Uses);

/// <summary>A way to attach, and what it attaches to; its problem is null if it works.</summary>
/// <param name="KernelSays">The kernel's own words for the problem.</param>
public sealed record MechanismInfo(string Name, string Targets, string? Problem, string? KernelSays);

/// <summary>One thing a kernel may be able to do; its problem is null if it can.</summary>
public sealed record AbilityInfo(string Name, string? Problem);

/// <summary>A setting of the kernel and what its value means for the server.</summary>
public sealed record SettingInfo(string Name, string Value, string Meaning);

/// <summary>A capability and what it is for; nothing can be traced without a vital one.</summary>
public sealed record PrivilegeInfo(string Name, string For, bool IsVital);

/// <summary>What to do about something missing, with the command to type or the line to write, if that is how.</summary>
public sealed record RemedyInfo(string Missing, string How, string? Command);
