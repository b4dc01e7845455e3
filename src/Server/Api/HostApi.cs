using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Api;

/// <summary>The host, and the server's own health.</summary>
internal static class HostApi
{
    /// <summary>Maps <c>/capabilities</c>.</summary>
    public static void MapHost(this IEndpointRouteBuilder api) =>
        api.MapGet("/capabilities", HostInfo (SessionManager manager) => manager.Host)
            .WithName("getCapabilities").WithTags("Host").WithSummary("What this host can trace, and what the server lacks");

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
