using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>Brings the fault of a long command into sight.</summary>
internal sealed class FaultScript(IJSRuntime js)
{
    public async ValueTask RevealAsync(ElementReference fault)
    {
        try
        {
            await using var module = await js.InvokeAsync<IJSObjectReference>("import", "./js/fault.js");
            await module.InvokeVoidAsync("reveal", fault);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the fault with it.
        }
    }
}
