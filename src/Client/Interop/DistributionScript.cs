using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The distributions in the browser. It takes its numbers from the hub; only what they mean comes from here.</summary>
internal sealed class DistributionScript(IJSRuntime js) : ScriptObject(js, "./js/distribution-view.js")
{
    /// <exception cref="InvalidOperationException">The session has no distributions.</exception>
    public ValueTask CreateAsync(ElementReference element, SessionDetails session, bool attaching) =>
        CreateOnceAsync(element, new Options(
            session.Summary.Id,
            session.Summary.Command,
            session.Distributions ?? throw new InvalidOperationException("a session without distributions has no view of them"),
            attaching));

    public ValueTask UpdateAsync(bool attaching) => CallAsync("update", attaching);

    internal sealed record Options(string SessionId, string Command, DistributionsInfo Info, bool Attaching);
}
