using Microsoft.Net.Http.Headers;

namespace BpfDashboard.Server;

/// <summary>Serves Blazor's script where it was built into this assembly; <c>BlazorScript.targets</c> says when and why.</summary>
internal static class BlazorScript
{
    private const string Resource = "blazor.web.js";

    /// <summary>Maps <c>/_framework/blazor.web.js</c>, unless the official package serves it.</summary>
    public static void MapBlazorScript(this IEndpointRouteBuilder endpoints)
    {
        using var stream = typeof(BlazorScript).Assembly.GetManifestResourceStream(Resource);
        if (stream is null)
        {
            return;
        }

        var script = new byte[stream.Length];
        stream.ReadExactly(script);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(script))}\"");
        endpoints.MapGet("/_framework/blazor.web.js", (HttpResponse response) =>
        {
            // Asked for again each time, answered with 304: it changes only with the server.
            response.Headers.CacheControl = "no-cache";
            return Results.Bytes(script, "text/javascript; charset=utf-8", entityTag: tag);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}
