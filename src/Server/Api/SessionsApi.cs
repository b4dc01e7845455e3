using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BpfDashboard.Server.Api;

/// <summary>What a POST to <c>/api/v1/sessions</c> says: a command line, or its parts.</summary>
/// <param name="Command">As typed to the tool, such as <c>funccount -i 1 'c:str*'</c>; then without the other fields.</param>
public sealed record NewSession(string? Command, string? Tool, string? Probe, StructuredOptions? Options)
{
    /// <summary>Whether it says both: one would be ignored, and it might be the filter.</summary>
    internal bool IsAmbiguous => Command is not null && (Tool ?? Probe ?? (object?)Options) is not null;

    /// <summary>The command line, or null if the request names neither it nor a tool.</summary>
    internal string? ToText() =>
        Command ?? (Tool is null ? null : new StructuredCommand(Tool, Probe, Options).ToText());
}

/// <summary>The usage of a tool, for a command that asked for it.</summary>
public sealed record Usage(string Help);

/// <summary>Sessions over HTTP: all that the pages can do with them.</summary>
internal static class SessionsApi
{
    /// <summary>Maps <c>/sessions</c> and what is below it.</summary>
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapGet("/", (SessionManager manager) => manager.List())
            .WithName("listSessions").WithSummary("All sessions, newest first");
        sessions.MapPost("/", StartAsync).RequireAuthorization(Access.Operate).WithName("startSession")
            .WithSummary("Start a session from a command line or from its parts")
            .Produces<SessionDetails>(StatusCodes.Status201Created).Produces<Usage>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        sessions.MapGet("/{id}", Find).WithName("getSession").WithSummary("One session with its targets");
        sessions.MapPost("/{id}/stop", StopAsync).RequireAuthorization(Access.Operate)
            .WithName("stopSession").WithSummary("Stop a session; answers when its counts are final, and detaches right after");
        sessions.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Access.Operate)
            .WithName("deleteSession").WithSummary("Stop a session and forget its recording");
        sessions.MapRecordings();
        sessions.MapRows();
        sessions.MapDistributions();
    }

    private static async Task<IResult> StartAsync(NewSession request, SessionManager manager, CancellationToken cancel)
    {
        if (request.IsAmbiguous)
        {
            return Problems.Answer(
                StatusCodes.Status422UnprocessableEntity, "Say what to run once.", "Give a command, or a tool with its parts; not both.");
        }

        if (request.ToText() is not { } command)
        {
            return Problems.Answer(StatusCodes.Status422UnprocessableEntity, "Say what to run.", "Give a command, or a tool and a probe.");
        }

        return await manager.StartAsync(command, cancel) switch
        {
            { Id: { } id } => TypedResults.Created($"/api/v1/sessions/{id}", manager.Find(id)),
            { Help: { } help } => TypedResults.Ok(new Usage(help)),
            { Error: { } error } refused => Problems.Answer(StatusCodes.Status409Conflict, error, refused.Hint),
            var wrong => Problems.OfSpec(command, wrong.Problems),
        };
    }

    private static Results<Ok<SessionDetails>, NotFound> Find(string id, SessionManager manager) =>
        manager.Find(id) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();

    private static async Task<Results<Ok<SessionDetails>, NotFound>> StopAsync(
        string id, SessionManager manager, CancellationToken cancel) =>
        await manager.StopAsync(id, cancel) ? Find(id, manager) : TypedResults.NotFound();

    private static async Task<Results<NoContent, NotFound>> DeleteAsync(
        string id, SessionManager manager, CancellationToken cancel) =>
        await manager.DeleteAsync(id, cancel) ? TypedResults.NoContent() : TypedResults.NotFound();
}
