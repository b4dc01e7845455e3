using Microsoft.JSInterop;

namespace BpfDashboard.Client.Tests.Fakes;

/// <summary>A browser that fetches scripts when it is told to; what they are asked for, they do at once.</summary>
internal sealed class SlowBrowser : IJSRuntime, IJSObjectReference
{
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The names of all that was called, of the browser and of the objects in it.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What was imported is there.</summary>
    public void Arrive() => arrived.SetResult();

    public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
    {
        Calls.Add(identifier);
        if (identifier == "import")
        {
            await arrived.Task;
        }

        return this is TValue value ? value : default!; // void functions have no value
    }

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) =>
        InvokeAsync<TValue>(identifier, args);

    /// <summary>Completes when something that was imported or created is let go of.</summary>
    public Task Released => released.Task;

    public ValueTask DisposeAsync()
    {
        released.TrySetResult();
        return default;
    }
}
