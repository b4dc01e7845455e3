using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The distributions in the browser. It takes its numbers from the hub; only what they mean comes from here.</summary>
internal sealed class DistributionScript(IJSRuntime js) : PaneScript(js, "./js/distribution-view.js")
{
    /// <summary>Attaching ends.</summary>
    public override object KnowledgeOf(SessionDetails session) => IsAttaching(session);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The session has no distributions.</exception>
    public override ValueTask CreateAsync(ElementReference element, SessionDetails session) =>
        CreateOnceAsync(element, new Options(
            session.Summary.Id,
            session.Summary.Command,
            session.Distributions ?? throw new InvalidOperationException("a session without distributions has no view of them"),
            IsAttaching(session)));

    /// <inheritdoc/>
    public override ValueTask UpdateAsync(SessionDetails session) => CallAsync("update", IsAttaching(session));

    internal sealed record Options(string SessionId, string Command, DistributionsInfo Info, bool Attaching);
}
