using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The live table in the browser. It takes its numbers from the hub; only what they mean comes from here.</summary>
internal sealed class CountTableScript(IJSRuntime js) : PaneScript(js, "./js/count-table.js")
{
    /// <summary>Attaching adds targets, and tells at its end how each was attached.</summary>
    public override object KnowledgeOf(SessionDetails session) => (session.Targets.Count, session.AttachMs);

    /// <inheritdoc/>
    public override ValueTask CreateAsync(ElementReference element, SessionDetails session) =>
        CreateOnceAsync(element, new Options(session.Summary.Id, session.Targets, session.IntervalMs, session.DurationMs));

    /// <inheritdoc/>
    public override ValueTask UpdateAsync(SessionDetails session) => CallAsync("update", session.Targets);

    internal sealed record Options(
        string SessionId, IReadOnlyList<TargetInfo> Targets, double? IntervalMs, double? DurationMs);
}
