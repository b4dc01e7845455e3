using BpfDashboard.Client.Contracts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace BpfDashboard.Server.Security;

/// <summary>Who comes in: everything needs a login, unless its endpoint says otherwise.</summary>
internal static class Access
{
    /// <summary>The policy of what only operators may do.</summary>
    public const string Operate = "operate";

    private const string Either = "cookie or key";
    private static readonly PathString[] Programmatic = ["/api", "/hubs", "/openapi", "/_blazor"];

    /// <summary>Registers logins, roles and the keys behind them.</summary>
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<StateDirectory>().AddSingleton<ApiKey>().AddSingleton<LoginTokens>()
            .AddSingleton<LoginAttempts>().AddSingleton<RevokedLogins>();
        services.AddCascadingAuthenticationState();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = context =>
                ApiKeyHandler.IsUsedBy(context.Request) ? ApiKeyHandler.Bearer : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Bearer, null)
            .AddCookie(ConfigureCookie);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireRole(Roles.Operator, Roles.Viewer).Build())
            .AddPolicy(Operate, policy => policy.RequireRole(Roles.Operator));
        services.AddDataProtection().SetApplicationName("BpfDashboard");
        services.AddOptions<KeyManagementOptions>().Configure<StateDirectory, ILoggerFactory>((keys, state, logs) =>
            keys.XmlRepository = new FileSystemXmlRepository(state.Folder("cookie-keys"), logs));
        // After the host's own defaults, which read AllowedHosts of the configuration and allow all without it.
        services.AddOptions<HostFilteringOptions>().PostConfigure<IOptions<DashboardOptions>>((hosts, options) =>
            hosts.AllowedHosts = options.Value.AllowedHosts.Split(
                ';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "bpfdashboard";
        cookie.Cookie.HttpOnly = true;
        // Not Strict: a link to a session that is clicked in a chat would arrive without the cookie. What changes
        // something is protected by OriginCheck.
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = RevokedLogins.Lifetime;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/login";
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.Events.OnValidatePrincipal = context =>
        {
            if (context.HttpContext.RequestServices.GetRequiredService<RevokedLogins>().Contains(context.Principal))
            {
                context.RejectPrincipal();
            }

            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    /// <summary>A person is sent to the login page; a program is told the status.</summary>
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (Array.Exists(Programmatic, path => context.Request.Path.StartsWithSegments(path)))
        {
            context.Response.StatusCode = status;
        }
        else
        {
            // Relative, so that it also fits behind a proxy that speaks https to the browser.
            var target = context.Request.PathBase + context.Request.Path + context.Request.QueryString;
            context.Response.Redirect($"/login?returnUrl={Uri.EscapeDataString(target)}");
        }

        return Task.CompletedTask;
    }
}
