using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;

namespace BpfDashboard.Server.Api;

/// <summary>Whom to invite (<see cref="Roles"/>), and to which page of ours.</summary>
public sealed record NewInvitation(string? Role, string? ReturnUrl);

/// <summary>A link that logs in once.</summary>
/// <param name="Path">The same link without scheme and host, for who reaches the server under another name.</param>
public sealed record Invitation(string Url, string Path, string Role, DateTimeOffset ExpiresAt);

/// <summary>Links for colleagues.</summary>
internal static class InvitationsApi
{
    /// <summary>Maps <c>/invitations</c>.</summary>
    public static void MapInvitations(this IEndpointRouteBuilder api) =>
        api.MapPost("/invitations", Invite).RequireAuthorization(Access.Operate)
            .WithName("invite").WithTags("Invitations").WithSummary("A one-time login link for a colleague, as operator or viewer")
            .Produces<Invitation>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static IResult Invite(NewInvitation request, HttpRequest http, LoginTokens tokens, TimeProvider time)
    {
        var role = request.Role ?? Roles.Viewer;
        if (role is not (Roles.Operator or Roles.Viewer))
        {
            return Problems.Answer(
                StatusCodes.Status422UnprocessableEntity, $"There is no role '{role}'.", "Roles are operator and viewer.");
        }

        if (request.ReturnUrl is { } target && !LoginPage.IsLocal(target))
        {
            return Problems.Answer(
                StatusCodes.Status422UnprocessableEntity, "returnUrl is not a page of this server.", "It begins with one slash.");
        }

        var path = LoginPage.Link(tokens.Create(role), request.ReturnUrl);
        var invitation = new Invitation(
            $"{http.Scheme}://{http.Host}{path}", path, role, time.GetUtcNow() + LoginTokens.Lifetime);
        return TypedResults.Json(invitation, statusCode: StatusCodes.Status201Created);
    }
}
