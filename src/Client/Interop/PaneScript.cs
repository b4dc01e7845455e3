using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>A script that shows a session in an element of the page.</summary>
internal abstract class PaneScript(IJSRuntime js, string path) : ScriptObject(js, path)
{
    /// <summary>What decides whether the script must hear of the session again; equal while it need not.</summary>
    public abstract object KnowledgeOf(SessionDetails session);

    /// <summary>Gives the script its element and the session.</summary>
    public abstract ValueTask CreateAsync(ElementReference element, SessionDetails session);

    /// <summary>Tells it what has changed.</summary>
    public abstract ValueTask UpdateAsync(SessionDetails session);

    /// <summary>Whether probes are still being attached.</summary>
    protected static bool IsAttaching(SessionDetails session) => session.Summary.State == SessionState.Starting;
}
