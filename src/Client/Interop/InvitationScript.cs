using Microsoft.JSInterop;

namespace BpfDashboard.Client.Interop;

/// <summary>A login link that works once, or the sentence why there is none.</summary>
internal sealed record Invitation(string? Url, DateTimeOffset? ExpiresAt, string? Error);

/// <summary>Asks the REST API for invitations with the browser's own login, which the circuit does not have.</summary>
internal sealed class InvitationScript(IJSRuntime js)
{
    public async ValueTask<Invitation> CreateAsync(string role, string returnUrl)
    {
        await using var module = await js.InvokeAsync<IJSObjectReference>("import", "./js/invitation.js");
        return await module.InvokeAsync<Invitation>("create", role, returnUrl);
    }
}
