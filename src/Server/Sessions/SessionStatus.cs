using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Silence;

namespace BpfDashboard.Server.Sessions;

/// <summary>Where a session is: replaced as a whole when something changes, so that readers need no lock.</summary>
/// <param name="RunningSince">Time stamp of the moment everything was attached; null before.</param>
/// <param name="UnwatchedSince">Time stamp since when nobody watches; null while somebody does.</param>
/// <param name="DetachTime">How long detaching took, after the end; null while it lasts.</param>
/// <param name="Elapsed">How long the session ran in all; null before its end.</param>
internal sealed record SessionStatus(
    SessionState State = SessionState.Starting,
    string? EndReason = null,
    AttachProgress Progress = default,
    AttachReport? Report = null,
    TimeSpan? DetachTime = null,
    TimeSpan? Elapsed = null,
    long? RunningSince = null,
    long? UnwatchedSince = null,
    int Viewers = 0)
{
    /// <summary>Why probes may count nothing; none for those that count.</summary>
    public IReadOnlyList<Explanation> Explanations { get; init; } = [];

    /// <summary>Whether it has not ended yet. One that has may still be detaching.</summary>
    public bool IsAlive => State is SessionState.Starting or SessionState.Running or SessionState.Stopping;
}
