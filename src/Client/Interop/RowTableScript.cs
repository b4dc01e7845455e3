using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The table of events in the browser. It takes its rows from the hub; only what they mean comes from here.</summary>
internal sealed class RowTableScript(IJSRuntime js) : PaneScript(js, "./js/row-table.js")
{
    /// <summary>Attaching adds targets, and ends.</summary>
    public override object KnowledgeOf(SessionDetails session) => (session.Targets.Count, IsAttaching(session));

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The session only counts.</exception>
    public override ValueTask CreateAsync(ElementReference element, SessionDetails session) =>
        CreateOnceAsync(element, new Options(
            session.Summary.Id,
            session.Rows ?? throw new InvalidOperationException("a session that only counts has no table of events"),
            session.Targets,
            session.Summary.StartedAt,
            IsAttaching(session),
            session.Summary.State is SessionState.Starting or SessionState.Running or SessionState.Stopping));

    /// <inheritdoc/>
    public override ValueTask UpdateAsync(SessionDetails session) => CallAsync("update", session.Targets, IsAttaching(session));

    internal sealed record Options(
        string SessionId, RowInfo Info, IReadOnlyList<TargetInfo> Targets, DateTimeOffset StartedAt, bool Attaching, bool Running);
}
