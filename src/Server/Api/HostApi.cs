using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BpfDashboard.Server.Api;

/// <summary>The host, and the server's own health.</summary>
internal static class HostApi
{
    /// <summary>Maps <c>/capabilities</c>.</summary>
    public static void MapHost(this IEndpointRouteBuilder api) =>
        api.MapGet("/capabilities", Capabilities)
            .WithName("getCapabilities").WithTags("Host").WithSummary("What this host can trace, and what the server lacks; format=text as --check prints it");

    private static Results<Ok<HostInfo>, ContentHttpResult, ProblemHttpResult> Capabilities(
        SessionManager manager, string? format = null) => format switch
        {
            null or "json" => TypedResults.Ok(manager.Host),
            "text" => TypedResults.Text(manager.Host.Text),
            _ => TypedResults.Problem(
                $"There is no format '{format}'; use json or text.", statusCode: StatusCodes.Status400BadRequest),
        };

    /// <summary>
    /// Maps <c>/healthz</c> (the process answers) and <c>/readyz</c> (and is not about to stop). Both say so in one
    /// word and are open to all: probes of an orchestrator have no login.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => "ok").AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet("/readyz", IResult (IHostApplicationLifetime life) =>
            life.ApplicationStarted.IsCancellationRequested && !life.ApplicationStopping.IsCancellationRequested
                ? TypedResults.Text("ready")
                : TypedResults.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable))
            .AllowAnonymous().ExcludeFromDescription();
    }
}
