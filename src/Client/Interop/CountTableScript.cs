using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The live table in the browser. It takes its numbers from the hub; only what they mean comes from here.</summary>
internal sealed class CountTableScript(IJSRuntime js) : ScriptObject(js, "./js/count-table.js")
{
    public ValueTask CreateAsync(ElementReference element, SessionDetails session) =>
        CreateOnceAsync(element, new Options(session.Summary.Id, session.Targets, session.IntervalMs, session.DurationMs));

    public ValueTask UpdateAsync(IReadOnlyList<TargetInfo> targets) => CallAsync("update", targets);

    internal sealed record Options(
        string SessionId, IReadOnlyList<TargetInfo> Targets, double? IntervalMs, double? DurationMs);
}
