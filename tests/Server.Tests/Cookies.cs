using System.Security.Claims;
using BpfDashboard.Server.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server.Tests;

/// <summary>
/// Cookies as the login makes them, without going through it: there are more tests than the login's rate limit allows.
/// </summary>
internal static class Cookies
{
    public static Task<string> TextAsync(Dashboard dashboard, string role)
    {
        const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        var options = dashboard.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Scheme);
        ClaimsPrincipal visitor = Visitor.As(role, Scheme);
        var ticket = new AuthenticationTicket(visitor, new AuthenticationProperties
        {
            IssuedUtc = dashboard.Time.GetUtcNow(),
            ExpiresUtc = dashboard.Time.GetUtcNow().AddDays(7),
        }, Scheme);
        return Task.FromResult($"{options.Cookie.Name}={options.TicketDataFormat.Protect(ticket)}");
    }

    public static async Task<HttpClient> ForAsync(Dashboard dashboard, string role)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = dashboard.Address };
        client.DefaultRequestHeaders.Add("Cookie", await TextAsync(dashboard, role));
        return client;
    }
}
