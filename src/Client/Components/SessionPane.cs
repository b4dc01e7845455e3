using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Components;

/// <summary>
/// A place in the page for what shows a session. Blazor renders it once; the script owns what is inside, and hears of
/// the session again only when something that it does not get from the hub has changed.
/// </summary>
public abstract class SessionPane : ComponentBase, IAsyncDisposable
{
    private PaneScript? script;
    private object? known;

    [Parameter, EditorRequired]
    public SessionDetails Session { get; set; } = default!;

    [Inject]
    protected IJSRuntime Js { get; set; } = default!;

    /// <summary>The element that the script is given.</summary>
    protected ElementReference Pane { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (script?.DisposeAsync() ?? default);
    }

    /// <summary>The script, which is not yet in the page.</summary>
    private protected abstract PaneScript NewScript();

    /// <inheritdoc/>
    protected override void OnInitialized() => script = NewScript();

    /// <inheritdoc/>
    protected override bool ShouldRender() => script?.KnowledgeOf(Session).Equals(known) != true;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var knowledge = script!.KnowledgeOf(Session); // made before the first render
        if (knowledge.Equals(known))
        {
            return;
        }

        known = knowledge;
        await (firstRender ? script.CreateAsync(Pane, Session) : script.UpdateAsync(Session));
    }
}
