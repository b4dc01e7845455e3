using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Primitives;

namespace BpfDashboard.Server.Security;

/// <summary>
/// The login: a page that posts the token of its address by itself, and a form for whom it does not. Only the post
/// uses the token up, so that the preview of a link in a chat does not.
/// </summary>
internal static class LoginPage
{
    /// <summary>The address that logs in with <paramref name="token"/> and goes on to a page of ours.</summary>
    public static string Link(string token, string? returnUrl = null) =>
        $"/login?token={token}" + (returnUrl is null or "/" ? "" : $"&returnUrl={Uri.EscapeDataString(returnUrl)}");

    /// <summary>Whether an address is on this server, in every browser's reading of it.</summary>
    public static bool IsLocal(string? url) =>
        url is ['/'] or ['/', not ('/' or '\\'), ..] && url.All(character => character is > ' ' and < '\x7f');

    /// <summary>Maps <c>/login</c> and <c>/logout</c>.</summary>
    public static void MapLogin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/login", Show).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost("/login", LogInAsync).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost("/logout", (Delegate)LogOutAsync).ExcludeFromDescription();
    }

    private static IResult Show(HttpContext context, ApiKey key, string? token, string? returnUrl) =>
        string.IsNullOrEmpty(token)
            ? Page(context, "Log in", $"{Explanation(context.Request, key)}{Form("", returnUrl, "text")}")
            : Page(context, "Logging in…", Form(token, returnUrl, "hidden"), submit: true);

    private static async Task<IResult> LogInAsync(
        HttpContext context, LoginTokens tokens, LoginAttempts attempts, ApiKey key)
    {
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (!attempts.MayTry(address))
        {
            context.Response.Headers.RetryAfter = "60";
            return Results.Text("Too many attempts to log in. Wait a minute.", statusCode: StatusCodes.Status429TooManyRequests);
        }

        var form = await context.Request.ReadFormAsync();
        var target = IsLocal(form["returnUrl"]) ? form["returnUrl"].ToString() : "/";
        if (tokens.Consume(form["token"].ToString().Trim()) is { } role)
        {
            const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
            await context.SignInAsync(
                Scheme, RevokedLogins.NewLogin(role, Scheme), new AuthenticationProperties { IsPersistent = true });
            return Results.LocalRedirect(target);
        }

        attempts.AddFailure(address);
        // Whoever is in already, and clicks the link a second time, need not care that it is used up.
        return context.User.Identity is { IsAuthenticated: true }
            ? Results.LocalRedirect(target)
            : Page(context, "This link does not work any more",
                $"<p>A link can be used once, within {LoginTokens.Lifetime.TotalMinutes:0} minutes.</p>{Explanation(context.Request, key)}"
                + Form("", target, "text"), status: StatusCodes.Status403Forbidden);
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, RevokedLogins revoked)
    {
        revoked.Revoke(context.User);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect("/login");
    }

    private static IResult Page(
        HttpContext context, string title, string body, bool submit = false, int status = StatusCodes.Status200OK)
    {
        var nonce = Secrets.Create();
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = SecurityHeaders.Policy($"script-src 'nonce-{nonce}'");
        // With no-referrer, browsers would send "Origin: null" with the form, and OriginCheck could not tell it is ours.
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = new StringValues("no-store");
        var script = submit ? $"<script nonce=\"{nonce}\">document.forms[0].submit()</script>" : "";
        return Results.Content(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex"><title>{title} – BpfDashboard</title>
            <link rel="stylesheet" href="/css/app.css"></head>
            <body class="login"><main><h1>{title}</h1>{body}</main>{script}</body>
            </html>
            """,
            "text/html; charset=utf-8", statusCode: status);
    }

    private static string Form(string token, string? returnUrl, string type)
    {
        var encode = HtmlEncoder.Default;
        var label = type == "text" ? "<label for=\"token\">Token</label> " : "";
        return $"""
            <form method="post" action="/login">{label}<input type="{type}" id="token" name="token"
            autocomplete="off" value="{encode.Encode(token)}"><input type="hidden" name="returnUrl"
            value="{encode.Encode(returnUrl ?? "/")}"><button>Log in</button></form>
            """;
    }

    private static string Explanation(HttpRequest request, ApiKey key) =>
        $"""
        <p>The server prints a link when it starts. Ask a colleague who is in to invite you, or make a new link on the
        server's machine:</p>
        <pre tabindex="0">curl -H "Authorization: Bearer $(sudo cat {HtmlEncoder.Default.Encode(key.FilePath)})" \
          --json '&#123;"role":"operator"&#125;' {HtmlEncoder.Default.Encode($"{request.Scheme}://{request.Host}")}/api/v1/invitations</pre>
        """;
}
