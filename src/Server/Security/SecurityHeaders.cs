namespace BpfDashboard.Server.Security;

/// <summary>Tells browsers to run, embed and send nothing that is not ours.</summary>
internal static class SecurityHeaders
{
    /// <summary>Puts the headers on every answer; an endpoint may put its own in their place.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy("script-src 'self'");
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return next();
    });

    /// <summary>The content security policy with this rule for scripts.</summary>
    public static string Policy(string scripts) =>
        $"default-src 'self'; {scripts}; img-src 'self' data:; object-src 'none'; base-uri 'self'; " +
        "form-action 'self'; frame-ancestors 'none'";
}
