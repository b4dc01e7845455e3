using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The flame graph in the browser. It takes its stacks from the hub; only how to show them comes from here.</summary>
internal sealed class StackViewScript(IJSRuntime js) : ScriptObject(js, "./js/stack-view.js")
{
    /// <exception cref="InvalidOperationException">The session has no stacks.</exception>
    public ValueTask CreateAsync(ElementReference element, SessionDetails session, bool attaching) =>
        CreateOnceAsync(element, new Options(
            session.Summary.Id,
            session.Stacks ?? throw new InvalidOperationException("a session without stacks has no flame graph"),
            attaching));

    public ValueTask UpdateAsync(bool attaching) => CallAsync("update", attaching);

    internal sealed record Options(string SessionId, StackInfo Info, bool Attaching);
}
