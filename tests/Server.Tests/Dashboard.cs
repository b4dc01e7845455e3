using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace BpfDashboard.Server.Tests;

/// <summary>The whole server on a port of its own, over a scripted engine and a clock that stands still.</summary>
public sealed class Dashboard : WebApplicationFactory<Program>
{
    private readonly DirectoryInfo state = Directory.CreateTempSubdirectory("bpfdashboard-test-");

    public Dashboard()
    {
        Engine = new ScriptedEngine(Time);
        UseKestrel(0);
        StartServer();
        Address = new Uri(ClientOptions.BaseAddress.ToString().Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        Sessions = Services.GetRequiredService<SessionManager>();
    }

    public Uri Address { get; }

    public string StatePath => state.FullName;

    public string ApiKey => File.ReadAllText(Path.Combine(StatePath, "api-key")).Trim();

    internal FakeTime Time { get; } = new();

    internal ScriptedEngine Engine { get; }

    internal SessionManager Sessions { get; }

    internal IWebHostEnvironment Environment => Services.GetRequiredService<IWebHostEnvironment>();

    /// <summary>All that was logged, at any level.</summary>
    internal LogLines Log { get; } = new();

    /// <summary>What a person saw at the terminal.</summary>
    internal StringWriter Output { get; } = new();

    /// <summary>Somebody who is not logged in. Cookies are kept, redirects are not followed.</summary>
    public HttpClient Nobody() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = Address,
    };

    /// <summary>A program with the API key.</summary>
    public HttpClient Script()
    {
        var client = Nobody();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        return client;
    }

    /// <summary>Somebody who clicked a link and has the cookie.</summary>
    public async Task<HttpClient> VisitorAsync(string role)
    {
        var client = Nobody();
        using var answer = await LogInAsync(client, NewToken(role));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    public string NewToken(string role = Roles.Operator) => Services.GetRequiredService<LoginTokens>().Create(role);

    public static Task<HttpResponseMessage> LogInAsync(HttpClient client, string token, string returnUrl = "/")
    {
        var form = new Dictionary<string, string> { ["token"] = token, ["returnUrl"] = returnUrl };
        return client.PostAsync("/login", new FormUrlEncodedContent(form), TestContext.Current.CancellationToken);
    }

    /// <summary>What a program is answered that asks for something wrong: the status, and the title of the problem.</summary>
    internal async Task<(int Status, string? Title)> ProblemOfAsync(string path)
    {
        using var answer = await Script().GetAsync(path, TestContext.Current.CancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, problem.GetProperty("title").GetString());
    }

    /// <summary>Starts a session and waits until it runs.</summary>
    internal async Task<(string Id, ScriptedTracing Tracing)> RunAsync(
        string command = "funccount 'c:f*'", StackOptions? stacks = null)
    {
        Engine.Stacks = stacks;
        var id = (await Sessions.StartAsync(command, TestContext.Current.CancellationToken)).Id!;
        await Sessions.UntilAsync(id, details => details.Summary.State == SessionState.Running);
        return (id, Engine.Started[^1]);
    }

    /// <summary>Moves the clock by one tick and waits until the session has read it.</summary>
    internal async Task TickAsync(string id)
    {
        var recording = Sessions.FindSession(id)!.Recording;
        var end = recording.End;
        Time.Advance(TimeSpan.FromMilliseconds(100));
        await recording.WaitAsync(end, TestContext.Current.CancellationToken);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Dashboard:StateDirectory", state.FullName);
        // As talkative as a settings file can make it, to see what it gives away.
        builder.UseSetting("Logging:LogLevel:Default", "Trace");
        builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Trace");
        builder.UseSetting("Logging:Console:LogLevel:Default", "None");
        builder.UseSetting("Logging:Console:LogLevel:Microsoft.AspNetCore", "None");
        builder.ConfigureLogging(logging => logging.AddProvider(Log));
        builder.ConfigureTestServices(services => services
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(Time))
            .Replace(ServiceDescriptor.Singleton<ITracingEngine>(Engine))
            .Replace(ServiceDescriptor.Singleton<TextWriter>(Output)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && state.Exists)
        {
            state.Delete(recursive: true);
        }
    }
}

/// <summary>A logger that remembers.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = [];

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> errors = [];

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Those lines that are errors or worse.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue(formatter(state, exception));
        if (logLevel >= LogLevel.Error)
        {
            errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
