using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Components;

/// <summary>A place in the page for the table of events. Blazor renders it once; the script owns what is inside.</summary>
public sealed partial class RowTable : IAsyncDisposable
{
    private ElementReference pane;
    private RowTableScript? script;
    private object? known;

    [Parameter, EditorRequired]
    public SessionDetails Session { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>What decides whether the script must hear of the session again: attaching adds targets, and ends.</summary>
    private object Knowledge => (Session.Targets.Count, Attaching);

    private bool Attaching => Session.Summary.State == SessionState.Starting;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => script?.DisposeAsync() ?? default;

    /// <inheritdoc/>
    protected override bool ShouldRender() => !Knowledge.Equals(known);

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Knowledge.Equals(known))
        {
            return;
        }

        known = Knowledge;
        if (firstRender)
        {
            script = new RowTableScript(Js);
            await script.CreateAsync(pane, Session, Attaching);
        }
        else
        {
            await script!.UpdateAsync(Session.Targets, Attaching); // the first render made it
        }
    }
}
