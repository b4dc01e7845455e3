using System.Runtime.CompilerServices;
using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace BpfDashboard.Server;

/// <summary>
/// Logs what breaks in <see cref="SessionHub"/>. SignalR would also log, as errors with a stack, the answers that are
/// meant for the caller, such as that of a page whose session was forgotten; its own log of calls is therefore off.
/// </summary>
internal sealed partial class HubErrors(ILogger<HubErrors> logger) : IHubFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            var result = await next(invocationContext);
            return result is IAsyncEnumerable<Fold[]> stream ? WatchAsync(stream) : result;
        }
        catch (Exception exception) when (IsOurs(exception))
        {
            CallBroke(invocationContext.HubMethodName, exception);
            throw;
        }
    }

    private static bool IsOurs(Exception exception) => exception is not (HubException or OperationCanceledException);

    private async IAsyncEnumerable<Fold[]> WatchAsync(
        IAsyncEnumerable<Fold[]> stream, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var folds = stream.GetAsyncEnumerator(cancel);
        while (await NextAsync(folds))
        {
            yield return folds.Current;
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Fold[]> folds)
    {
        try
        {
            return await folds.MoveNextAsync();
        }
        catch (Exception exception) when (IsOurs(exception))
        {
            CallBroke(nameof(SessionHub.Watch), exception);
            throw;
        }
    }

    [LoggerMessage(30, LogLevel.Error, "The hub's {Method} broke")]
    private partial void CallBroke(string method, Exception exception);
}
