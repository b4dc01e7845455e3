using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>The flame graph in the browser. It takes its stacks from the hub; only how to show them comes from here.</summary>
internal sealed class StackViewScript(IJSRuntime js) : PaneScript(js, "./js/stack-view.js")
{
    /// <summary>Only the end of attaching is news.</summary>
    public override object KnowledgeOf(SessionDetails session) => IsAttaching(session);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The session has no stacks.</exception>
    public override ValueTask CreateAsync(ElementReference element, SessionDetails session) =>
        CreateOnceAsync(element, new Options(
            session.Summary.Id,
            session.Stacks ?? throw new InvalidOperationException("a session without stacks has no flame graph"),
            IsAttaching(session)));

    /// <inheritdoc/>
    public override ValueTask UpdateAsync(SessionDetails session) => CallAsync("update", IsAttaching(session));

    internal sealed record Options(string SessionId, StackInfo Info, bool Attaching);
}
