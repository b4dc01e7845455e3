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
    private bool isCreated;

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
        if (firstRender)
        {
            known = script!.KnowledgeOf(Session); // made before the first render
            await script.CreateAsync(Pane, Session);
            isCreated = true;
        }

        if (isCreated)
        {
            await TellAsync();
        }
    }

    /// <summary>Also what changed while the script was being fetched: until it was there, nobody could be told.</summary>
    private async Task TellAsync()
    {
        var knowledge = script!.KnowledgeOf(Session);
        if (!knowledge.Equals(known))
        {
            known = knowledge;
            await script.UpdateAsync(Session);
        }
    }
}
