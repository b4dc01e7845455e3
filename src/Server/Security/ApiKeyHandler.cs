using System.Security.Claims;
using System.Text.Encodings.Web;
using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server.Security;

/// <summary>Logs in whoever sends the API key, as operator.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKey key)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name, and the word before the key in the Authorization header.</summary>
    public const string Bearer = "Bearer";

    /// <summary>Whether a request brings a key, right or wrong.</summary>
    public static bool IsUsedBy(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Bearer + " ", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsUsedBy(Request))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var candidate = Request.Headers.Authorization.ToString()[(Bearer.Length + 1)..].Trim();
        return Task.FromResult(key.Matches(candidate)
            ? AuthenticateResult.Success(new AuthenticationTicket(Visitor.As(Roles.Operator, Bearer), Bearer))
            : AuthenticateResult.Fail("Wrong API key."));
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Bearer;
        return Task.CompletedTask;
    }
}

/// <summary>Makes the identity of a visitor: there are no names here, only roles.</summary>
internal static class Visitor
{
    /// <summary>Somebody with this role, logged in by this scheme.</summary>
    public static ClaimsPrincipal As(string role, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, role), new Claim(ClaimTypes.Role, role)], scheme));
}
