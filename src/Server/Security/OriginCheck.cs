namespace BpfDashboard.Server.Security;

/// <summary>
/// Refuses what another web site makes a visitor's browser do: requests that change something, and WebSockets, which
/// carry cookies and know no same-origin policy.
/// </summary>
internal static class OriginCheck
{
    public static void UseOriginCheck(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (CanChangeSomething(context) && !IsOurs(context.Request))
        {
            await Results.Problem(
                "The request comes from another web site.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
            return;
        }

        await next();
    });

    private static bool CanChangeSomething(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest ||
        string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase) ||
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));

    /// <summary>Programs send no Origin. Browsers send "null" where a referrer policy hides it, but then say where from.</summary>
    private static bool IsOurs(HttpRequest request)
    {
        var (origin, site) = (request.Headers.Origin.ToString(), request.Headers["Sec-Fetch-Site"].ToString());
        return origin switch
        {
            "" => site is "" or "same-origin" or "none",
            "null" => site is "same-origin",
            // Without the scheme: behind a proxy that speaks https to the browser, ours is http.
            _ => Uri.TryCreate(origin, UriKind.Absolute, out var uri) &&
                string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase),
        };
    }
}
