using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Tests;

/// <summary>As much of SignalR's JSON protocol as the hub needs: handshake, calls, streams. One call at a time.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char Separator = '\x1e';
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private readonly Queue<JsonElement> received = [];
    private readonly StringBuilder partial = new();
    private readonly byte[] buffer = new byte[16 * 1024];
    private int calls;

    /// <summary>The bare socket, for a viewer that does not read.</summary>
    public ClientWebSocket Socket { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<HubClient> ConnectAsync(Dashboard dashboard, string? origin = null, string? cookie = null)
    {
        var client = new HubClient();
        if (cookie is null)
        {
            client.Socket.Options.SetRequestHeader("Authorization", $"Bearer {dashboard.ApiKey}");
        }
        else
        {
            client.Socket.Options.SetRequestHeader("Cookie", cookie);
        }

        if (origin is not null)
        {
            client.Socket.Options.SetRequestHeader("Origin", origin);
        }

        var address = new UriBuilder(dashboard.Address) { Scheme = "ws", Path = "/hubs/session" }.Uri;
        await client.Socket.ConnectAsync(address, Cancel);
        await client.SendAsync(new { protocol = "json", version = 1 });
        await client.ReceiveAsync();
        return client;
    }

    /// <summary>The folds of a session, array by array, until the hub says it is over.</summary>
    public async IAsyncEnumerable<Fold[]> WatchAsync(
        string id, long cursor = 0, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await StartWatchAsync(id, cursor);
        while (await NextAsync() is { } item)
        {
            cancel.ThrowIfCancellationRequested();
            yield return item.Deserialize<Fold[]>(Web)!;
        }
    }

    /// <summary>Asks for the stream without reading it.</summary>
    public Task StartWatchAsync(string id, long cursor = 0) =>
        SendAsync(new { type = 4, invocationId = $"{++calls}", target = "Watch", arguments = new object[] { id, cursor } });

    public Task<Fold> CallAsync(string target, params object[] arguments) => CallAsync<Fold>(target, arguments);

    public async Task<T> CallAsync<T>(string target, params object[] arguments)
    {
        await SendAsync(new { type = 1, invocationId = $"{++calls}", target, arguments });
        return (await NextAsync())!.Value.Deserialize<T>(Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Abort();
        Socket.Dispose();
        await ValueTask.CompletedTask;
    }

    /// <summary>The next item or result; null at the end of a stream.</summary>
    /// <exception cref="InvalidOperationException">The hub answered with an error.</exception>
    private async Task<JsonElement?> NextAsync()
    {
        while (true)
        {
            var message = await ReceiveAsync();
            if (message.TryGetProperty("error", out var error))
            {
                throw new InvalidOperationException(error.GetString());
            }

            switch (message.GetProperty("type").GetInt32())
            {
                case 2: return message.GetProperty("item");
                case 3: return message.TryGetProperty("result", out var result) ? result : null;
                default: continue; // a ping
            }
        }
    }

    private Task SendAsync(object message) => Socket.SendAsync(
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + Separator), WebSocketMessageType.Text, true, Cancel);

    private async Task<JsonElement> ReceiveAsync()
    {
        while (received.Count == 0)
        {
            var result = await Socket.ReceiveAsync(buffer, Cancel);
            partial.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
            var messages = partial.ToString().Split(Separator);
            Array.ForEach(messages[..^1], message => received.Enqueue(JsonSerializer.Deserialize<JsonElement>(message)));
            partial.Clear().Append(messages[^1]);
        }

        return received.Dequeue();
    }
}
