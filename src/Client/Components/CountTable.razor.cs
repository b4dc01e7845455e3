using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Components;

/// <summary>A place in the page for the live table. Blazor renders it once; the script owns what is inside.</summary>
public sealed partial class CountTable : IAsyncDisposable
{
    private ElementReference pane;
    private CountTableScript? script;
    private object? known;

    [Parameter, EditorRequired]
    public SessionDetails Session { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>What decides whether the script must hear of the targets again: attaching adds mechanisms.</summary>
    private object Knowledge => (Session.Targets.Count, Session.AttachMs);

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
            script = new CountTableScript(Js);
            await script.CreateAsync(pane, Session);
        }
        else
        {
            await script!.UpdateAsync(Session.Targets); // the first render made it
        }
    }
}
