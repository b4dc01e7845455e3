using System.Text.Json;
using System.Text.Json.Serialization;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Api;
using BpfDashboard.Server.Exports;
using BpfDashboard.Server.Security;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Console;

namespace BpfDashboard.Server;

/// <summary>Puts the server together: services first, then the way of a request through it.</summary>
internal static class DashboardHost
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const int MaxRequestBytes = 64 * 1024;

    /// <summary>The server, ready to run.</summary>
    /// <param name="replace">Puts other services in the place of ours, as tests do.</param>
    /// <exception cref="CommandLineException">The command line cannot be understood.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var settings = CommandLine.Parse(args);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings,
            // Whoever starts it: the assets are found by this name.
            ApplicationName = typeof(DashboardHost).Assembly.GetName().Name,
            // Not the working directory: settings and assets lie beside the program, wherever it is started.
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddDashboardOptions(settings);
        AddHosting(builder);
        var started = AddLogging(builder);
        AddSessions(builder.Services);
        AddWeb(builder.Services);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(started);
        Use(app);
        Map(app);
        return app;
    }

    private static void AddHosting(WebApplicationBuilder builder)
    {
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            ListenAddress.Check(urls);
        }
        else
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        // Longer than Shutdown may take, short enough for a service manager.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }

    /// <returns>To be called when the server has started.</returns>
    private static Action AddLogging(WebApplicationBuilder builder)
    {
        var hasStarted = false;
        if (builder.Configuration.GetValue<bool>("Dashboard:JsonLogs"))
        {
            builder.Logging.AddJsonConsole();
        }

        // What keeps a server from starting is said in one sentence by Program, without its stack.
        builder.Logging.AddFilter(
            "Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= LogLevel.Information && Volatile.Read(ref hasStarted));

        // See HubErrors. What breaks in a page's circuit is logged by Blazor itself.
        const string Calls = "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher";
        builder.Logging.AddFilter(Calls, LogLevel.None);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(Calls, LogLevel.None);

        // These log the query of /login, which holds a secret. Stated for all providers and for the console, because
        // the more particular rule wins and a settings file may have either.
        const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";
        builder.Logging.AddFilter(Requests, LogLevel.Warning);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(Requests, LogLevel.Warning);
        return () => Volatile.Write(ref hasStarted, true);
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IKernelCatalog>(_ => new LiveKernelCatalog());
        services.AddSingleton<ITracingEngine, TracingEngine>();
        services.AddSingleton<SessionLog>();
        services.AddSingleton<SessionManager>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionManager>());
        services.AddSingleton<Shutdown>();
        services.AddHostedService(provider => provider.GetRequiredService<Shutdown>());
        services.AddScoped<ISessions, UserSessions>();
        services.AddSingleton<Exporter>();
    }

    private static void AddWeb(IServiceCollection services)
    {
        services.AddAccess();
        services.AddSingleton(Console.Out);
        services.AddHostedService<LoginAnnouncement>();
        services.AddProblemDetails();
        services.AddExceptionHandler<BadRequests>();
        // In production too: BadRequests says what the framework would answer without a word.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddApiDescription();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddSingleton<HubErrors>();
        services.AddSignalR().AddHubOptions<SessionHub>(hub => hub.AddFilter<HubErrors>());
        services.AddSingleton<FoldJsonConverter>();
        services.AddOptions<JsonHubProtocolOptions>().Configure<FoldJsonConverter>((hub, folds) =>
            hub.PayloadSerializerOptions.Converters.Add(folds));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
    }

    private static void Use(WebApplication app)
    {
        app.UseShutdown();
        app.UseSecurityHeaders();
        app.UseWhen(IsApi, api => api.UseExceptionHandler().UseStatusCodePages());
        app.UseOriginCheck();
        app.UseStaticFiles(new StaticFileOptions
        {
            // Asked for again each time, answered with 304: nothing old stays after an update.
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.Use(SayWhatIsGone);
    }

    private static void Map(WebApplication app)
    {
        app.MapHealth();
        app.MapLogin();
        app.MapBlazorScript();
        app.MapOpenApi();
        var api = app.MapGroup("/api/v1");
        api.DescribeRefusals();
        api.MapSessions();
        api.MapSpecs();
        api.MapInvitations();
        api.MapHost();
        app.MapHub<SessionHub>("/hubs/session");
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null)
            .AddAdditionalAssemblies(typeof(ISessions).Assembly);
        app.MapFallback(NotFound).ExcludeFromDescription();
    }

    /// <summary>The page of a session that is gone says so to people; the status says it to programs.</summary>
    private static Task SayWhatIsGone(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value?.Split('/') is ["", "s", { Length: > 0 } id] &&
            context.RequestServices.GetRequiredService<SessionManager>().FindSession(id) is null)
        {
            // Not at once: a page that finds itself at 404 does not render.
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = context.Response.StatusCode == StatusCodes.Status200OK
                    ? StatusCodes.Status404NotFound
                    : context.Response.StatusCode;
                return Task.CompletedTask;
            });
        }

        return next(context);
    }

    /// <summary>An address that leads nowhere: the pages' own router, which knows it neither, says so.</summary>
    private static IResult NotFound(HttpContext context) => IsApi(context)
        ? Results.NotFound()
        : new RazorComponentResult<App> { StatusCode = StatusCodes.Status404NotFound };

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api");
}
