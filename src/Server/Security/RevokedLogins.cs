using System.Collections.Concurrent;
using System.Security.Claims;

namespace BpfDashboard.Server.Security;

/// <summary>
/// Logins that were ended by their owners: a copy of the cookie must not outlive the logout. In memory only, so that
/// after a restart of the server a copy works again until it expires.
/// </summary>
internal sealed class RevokedLogins(TimeProvider time)
{
    /// <summary>How long a cookie is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Claim = "login";
    private readonly ConcurrentDictionary<string, DateTimeOffset> revoked = [];

    /// <summary>A visitor whose login can be revoked.</summary>
    public static ClaimsPrincipal NewLogin(string role, string scheme)
    {
        var visitor = Visitor.As(role, scheme);
        visitor.Identities.Single().AddClaim(new Claim(Claim, Secrets.Create()));
        return visitor;
    }

    /// <summary>Ends a visitor's login. The key for scripts has none, and stays.</summary>
    public void Revoke(ClaimsPrincipal visitor)
    {
        foreach (var (old, until) in revoked)
        {
            if (until < time.GetUtcNow())
            {
                revoked.TryRemove(old, out _);
            }
        }

        if (visitor.FindFirstValue(Claim) is { } login)
        {
            revoked[login] = time.GetUtcNow() + Lifetime;
        }
    }

    /// <summary>Whether a visitor has logged out.</summary>
    public bool Contains(ClaimsPrincipal? visitor) =>
        visitor?.FindFirstValue(Claim) is { } login && revoked.ContainsKey(login);
}
