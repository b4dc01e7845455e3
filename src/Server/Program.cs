using BpfDashboard.Client.Contracts;
using BpfDashboard.Server;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing;
using Microsoft.Extensions.DependencyInjection.Extensions;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.Services.AddOptions<DashboardOptions>().BindConfiguration("Dashboard");
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.TryAddSingleton(TimeProvider.System);
builder.Services.TryAddSingleton<ITracingEngine, PlaceholderEngine>();
builder.Services.AddSingleton<SessionLog>();
builder.Services.AddSingleton<SessionManager>();
builder.Services.AddSingleton<ISessions>(services => services.GetRequiredService<SessionManager>());
builder.Services.AddHostedService(services => services.GetRequiredService<SessionManager>());
builder.Services.AddSingleton<FoldJsonConverter>();
builder.Services.AddSignalR().AddJsonProtocol();
builder.Services.AddOptions<Microsoft.AspNetCore.SignalR.JsonHubProtocolOptions>()
    .Configure<FoldJsonConverter>((options, folds) => options.PayloadSerializerOptions.Converters.Add(folds));

var app = builder.Build();
app.UseStaticFiles();
app.UseAntiforgery();
app.MapBlazorScript();
app.MapHub<SessionHub>("/hubs/session");
app.MapRazorComponents<App>()
    .AddInteractiveServerRenderMode()
    .AddAdditionalAssemblies(typeof(ISessions).Assembly);
await app.RunAsync();
