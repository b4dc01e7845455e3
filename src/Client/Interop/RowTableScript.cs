using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The table of events in the browser. It takes its rows from the hub; only what they mean comes from here.</summary>
internal sealed class RowTableScript(IJSRuntime js) : ScriptObject(js, "./js/row-table.js")
{
    /// <exception cref="InvalidOperationException">The session only counts.</exception>
    public ValueTask CreateAsync(ElementReference element, SessionDetails session, bool attaching) =>
        CreateOnceAsync(element, new Options(
            session.Summary.Id,
            session.Rows ?? throw new InvalidOperationException("a session that only counts has no table of events"),
            session.Targets,
            session.Summary.StartedAt,
            attaching,
            session.Summary.State is SessionState.Starting or SessionState.Running or SessionState.Stopping));

    public ValueTask UpdateAsync(IReadOnlyList<TargetInfo> targets, bool attaching) => CallAsync("update", targets, attaching);

    internal sealed record Options(
        string SessionId, RowInfo Info, IReadOnlyList<TargetInfo> Targets, DateTimeOffset StartedAt, bool Attaching, bool Running);
}
