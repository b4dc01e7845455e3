using System.Security.Claims;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BpfDashboard.Client.Tests;

/// <summary>A page of ours with a fake server, time under control, and a login (operator unless told otherwise).</summary>
public abstract class ClientTest : BunitContext
{
    private readonly Login login = new();

    protected ClientTest()
    {
        Services.AddSingleton<ISessions>(Sessions);
        Services.AddSingleton<TimeProvider>(Time);
        // The framework's own decisions on roles; bUnit's double would need one more package (see BUnit.targets).
        Services.RemoveAll<IAuthorizationService>();
        Services.AddAuthorizationCore();
        Services.AddSingleton<AuthenticationStateProvider>(login);
        Services.AddCascadingAuthenticationState();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    internal FakeSessions Sessions { get; } = new();

    internal ManualTime Time { get; } = new();

    internal string Address => Services.GetRequiredService<NavigationManager>().Uri;

    internal void LogInAs(string role) => login.Role = role;

    private sealed class Login : AuthenticationStateProvider
    {
        public string Role { get; set; } = Roles.Operator;

        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(
                new ClaimsIdentity([new Claim(ClaimTypes.Role, Role)], "test"))));
    }
}
