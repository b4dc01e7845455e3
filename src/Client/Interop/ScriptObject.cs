using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>
/// Owns a script module and the one object its <c>create</c> made: imported on first use, created once, both let go
/// together.
/// </summary>
internal abstract class ScriptObject(IJSRuntime js, string path) : IAsyncDisposable
{
    private IJSObjectReference? module;
    private IJSObjectReference? instance;
    private bool disposed;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        disposed = true;
        try
        {
            await ReleaseAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and everything in it.
        }
    }

    protected async ValueTask CreateOnceAsync(params object?[] arguments)
    {
        module = await js.InvokeAsync<IJSObjectReference>("import", path);
        if (!disposed)
        {
            instance = await module.InvokeAsync<IJSObjectReference>("create", arguments);
        }

        if (disposed)
        {
            // The component left while the script was being fetched, and with it the elements that it was to be given.
            await ReleaseAsync();
        }
    }

    protected ValueTask CallAsync(string method, params object?[] arguments) =>
        instance is { } target && !disposed ? target.InvokeVoidAsync(method, arguments) : default;

    private async ValueTask ReleaseAsync()
    {
        if (instance is { } created)
        {
            instance = null;
            await created.InvokeVoidAsync("dispose");
            await created.DisposeAsync();
        }

        if (module is { } imported)
        {
            module = null;
            await imported.DisposeAsync();
        }
    }
}
