using System.Collections.Concurrent;

namespace BpfDashboard.Server.Security;

/// <summary>Slows guessing down: each address may be wrong so often in a minute. Being right costs nothing.</summary>
internal sealed class LoginAttempts(TimeProvider time)
{
    private const int Limit = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Failures> failures = [];

    /// <summary>Whether somebody at this address may try.</summary>
    public bool MayTry(string address) =>
        !failures.TryGetValue(address, out var found) || IsOver(found) || found.Count < Limit;

    /// <summary>Counts a wrong attempt.</summary>
    public void AddFailure(string address)
    {
        foreach (var (other, old) in failures)
        {
            if (IsOver(old))
            {
                failures.TryRemove(new(other, old));
            }
        }

        failures.AddOrUpdate(
            address, _ => new Failures(1, time.GetUtcNow()), (_, found) => found with { Count = found.Count + 1 });
    }

    private bool IsOver(Failures found) => time.GetUtcNow() - found.Since >= Window;

    private sealed record Failures(int Count, DateTimeOffset Since);
}
