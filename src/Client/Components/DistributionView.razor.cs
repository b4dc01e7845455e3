using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Components;

/// <summary>A place in the page for the distributions of a session. Blazor renders it once; the script owns what is inside.</summary>
public sealed partial class DistributionView : IAsyncDisposable
{
    private ElementReference pane;
    private DistributionScript? script;
    private bool? known;

    [Parameter, EditorRequired]
    public SessionDetails Session { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private bool Attaching => Session.Summary.State == SessionState.Starting;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => script?.DisposeAsync() ?? default;

    /// <inheritdoc/>
    protected override bool ShouldRender() => Attaching != known;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Attaching == known)
        {
            return;
        }

        known = Attaching;
        if (firstRender)
        {
            script = new DistributionScript(Js);
            await script.CreateAsync(pane, Session, Attaching);
        }
        else
        {
            await script!.UpdateAsync(Attaching); // the first render made it
        }
    }
}
