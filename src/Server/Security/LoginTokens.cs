using System.Collections.Concurrent;

namespace BpfDashboard.Server.Security;

/// <summary>One-time login tokens. Only their hashes are kept, and only in memory: a restart makes all of them void.</summary>
internal sealed class LoginTokens(TimeProvider time)
{
    /// <summary>How long a token can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (string Role, DateTimeOffset Until)> open = [];

    /// <summary>A new token that logs its bearer in with <paramref name="role"/>.</summary>
    public string Create(string role)
    {
        DropExpired();
        var token = Secrets.Create();
        open[Key(token)] = (role, time.GetUtcNow() + Lifetime);
        return token;
    }

    /// <summary>Uses a token up, and returns its role; null if it is unknown, used or too old.</summary>
    public string? Consume(string token) =>
        open.TryRemove(Key(token), out var found) && time.GetUtcNow() <= found.Until ? found.Role : null;

    private void DropExpired()
    {
        var now = time.GetUtcNow();
        foreach (var (key, value) in open)
        {
            if (value.Until < now)
            {
                open.TryRemove(key, out _);
            }
        }
    }

    private static string Key(string token) => Convert.ToHexString(Secrets.Hash(token));
}
