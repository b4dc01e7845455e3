using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;

namespace BpfDashboard.Server.Api;

/// <summary>A check's outcome: what <see cref="SpecCheck"/> says, with the mistakes as a terminal would show them.</summary>
public sealed record CheckedSpec(
    string? Command,
    string? Summary,
    int TargetCount,
    IReadOnlyList<SkippedInfo> Skipped,
    IReadOnlyList<string> Notes,
    string? Listing,
    string? Help,
    IReadOnlyList<RenderedProblem> Problems);

/// <summary>Commands without sessions.</summary>
internal static class SpecsApi
{
    /// <summary>Maps <c>/specs/check</c>. For operators: a check tells which files and functions there are.</summary>
    public static void MapSpecs(this IEndpointRouteBuilder api) =>
        api.MapPost("/specs/check", CheckAsync).RequireAuthorization(Access.Operate)
            .WithName("checkSpec").Produces<CheckedSpec>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithTags("Specs").WithSummary("Check a command without running it; mistakes come with status 200");

    private static async Task<IResult> CheckAsync(NewSession request, SessionManager manager, CancellationToken cancel)
    {
        var command = request.ToText() ?? "";
        var check = await manager.CheckAsync(command, cancel);
        return TypedResults.Ok(new CheckedSpec(
            check.Command, check.Summary, check.TargetCount, check.Skipped, check.Notes, check.Listing, check.Help,
            Problems.Render(command, check.Problems)));
    }
}
