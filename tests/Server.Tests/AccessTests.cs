using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;

namespace BpfDashboard.Server.Tests;

public sealed class AccessTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const int Timeout = 30_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Status for nobody, viewer, operator and the API key.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("GET /healthz", 200, 200, 200, 200)]
    [InlineData("GET /readyz", 200, 200, 200, 200)]
    [InlineData("GET /login", 200, 200, 200, 200)]
    [InlineData("GET /_framework/blazor.web.js", 200, 200, 200, 200)]
    [InlineData("GET /", 302, 200, 200, 200)]
    [InlineData("GET /no/such/page", 302, 404, 404, 404)]
    [InlineData("GET /s/none", 302, 404, 404, 404)]
    [InlineData("POST /logout", 302, 302, 302, 302)]
    [InlineData("GET /api/v1/sessions", 401, 200, 200, 200)]
    [InlineData("GET /api/v1/sessions/none", 401, 404, 404, 404)]
    [InlineData("GET /api/v1/sessions/none/export", 401, 404, 404, 404)]
    [InlineData("POST /api/v1/sessions", 401, 403, 422, 422)]
    [InlineData("POST /api/v1/sessions/none/stop", 401, 403, 404, 404)]
    [InlineData("DELETE /api/v1/sessions/none", 401, 403, 404, 404)]
    [InlineData("POST /api/v1/specs/check", 401, 403, 200, 200)]
    [InlineData("POST /api/v1/invitations", 401, 403, 201, 201)]
    [InlineData("GET /api/v1/capabilities", 401, 200, 200, 200)]
    [InlineData("GET /api/v1/nothing", 401, 404, 404, 404)]
    [InlineData("GET /openapi/v1.json", 401, 200, 200, 200)]
    [InlineData("POST /hubs/session/negotiate?negotiateVersion=1", 401, 200, 200, 200)]
    [InlineData("POST /_blazor/negotiate?negotiateVersion=1", 401, 200, 200, 200)]
    public async Task Everybody_gets_what_they_may(string request, int nobody, int viewer, int @operator, int script)
    {
        Assert.Equal(nobody, await StatusAsync(dashboard.Nobody(), request));
        Assert.Equal(viewer, await StatusAsync(await Cookies.ForAsync(dashboard, Roles.Viewer), request));
        Assert.Equal(@operator, await StatusAsync(await Cookies.ForAsync(dashboard, Roles.Operator), request));
        Assert.Equal(script, await StatusAsync(dashboard.Script(), request));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_page_of_a_session_is_found()
    {
        var (id, _) = await dashboard.RunAsync();
        Assert.Equal(200, await StatusAsync(dashboard.Script(), $"GET /s/{id}"));
        await dashboard.Sessions.StopAsync(id, Cancel);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("/no/such/page")]
    [InlineData("/s/none")]
    public async Task An_address_that_leads_nowhere_shows_a_page(string path)
    {
        using var client = await Cookies.ForAsync(dashboard, Roles.Viewer);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var response = await client.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("<script src=\"/_framework/blazor.web.js\">", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_key_is_nobody()
    {
        using var client = dashboard.Nobody();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        using var answer = await client.GetAsync(new Uri("/api/v1/sessions", UriKind.Relative), Cancel);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_that_needs_a_login_is_come_back_to()
    {
        using var client = dashboard.Nobody();
        using var answer = await client.GetAsync(new Uri("/s/abc?tab=2", UriKind.Relative), Cancel);
        Assert.Equal("/login?returnUrl=%2Fs%2Fabc%3Ftab%3D2", answer.Headers.Location?.OriginalString);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("http://evil.example", null, 403)]
    [InlineData("http://127.0.0.1:1", null, 403)]
    [InlineData("null", null, 403)]
    [InlineData("null", "cross-site", 403)]
    [InlineData("null", "same-origin", 422)]
    [InlineData(null, "cross-site", 403)]
    [InlineData(null, "same-site", 403)]
    [InlineData(null, null, 422)]
    [InlineData("self", "same-origin", 422)]
    public async Task Another_web_site_cannot_make_a_browser_post(string? origin, string? site, int expected)
    {
        var client = await Cookies.ForAsync(dashboard, Roles.Operator);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = JsonContent.Create(new { }) };
        Add(request, "Origin", origin == "self" ? dashboard.Address.GetLeftPart(UriPartial.Authority) : origin);
        Add(request, "Sec-Fetch-Site", site);
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_socket_opens_for_our_own_pages_only()
    {
        var cookie = await Cookies.TextAsync(dashboard, Roles.Viewer);
        await using var ours = await HubClient.ConnectAsync(
            dashboard, dashboard.Address.GetLeftPart(UriPartial.Authority), cookie);
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(dashboard, "http://evil.example", cookie));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(dashboard, cookie: "bpfdashboard=forged"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_viewer_can_watch()
    {
        var (id, tracing) = await dashboard.RunAsync();
        tracing.Hit(0, 3);
        await dashboard.Sessions.StopAsync(id, Cancel);
        await using var client = await HubClient.ConnectAsync(dashboard, cookie: await Cookies.TextAsync(dashboard, Roles.Viewer));
        var folds = new List<Fold>();
        await foreach (var array in client.WatchAsync(id, 0, Cancel))
        {
            folds.AddRange(array);
        }

        Assert.Equal(3, folds.Sum(fold => fold.Counts.Sum()));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:5080", 200)]
    [InlineData("[::1]:5080", 200)]
    [InlineData("rebound.evil.example", 400)]
    [InlineData("127.0.0.1.evil.example", 400)]
    public async Task Only_our_own_names_are_answered_to(string host, int expected)
    {
        using var client = dashboard.Nobody();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { Host = host } };
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("/")]
    [InlineData("/login?token=abc")]
    [InlineData("/healthz")]
    [InlineData("/api/v1/sessions")]
    public async Task Every_answer_tells_browsers_to_be_careful(string path)
    {
        using var answer = await dashboard.Nobody().GetAsync(new Uri(path, UriKind.Relative), Cancel);
        var policy = string.Join(';', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Matches("^(no-referrer|same-origin)$", answer.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_request_may_not_be_large()
    {
        using var answer = await dashboard.Script().PostAsJsonAsync("/api/v1/sessions", new { command = new string('x', 100_000) }, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public void Keys_can_be_read_by_their_owner_only()
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(dashboard.StatePath, "api-key")));
        var keys = Path.Combine(dashboard.StatePath, "cookie-keys");
        Assert.Equal(UnixFileMode.None, Others & File.GetUnixFileMode(keys));
        Assert.NotEmpty(Directory.GetFiles(keys));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_of_a_viewer_can_start_and_stop_nothing()
    {
        var visitor = new FixedVisitor(Visitor.As(Roles.Viewer, "test"));
        var sessions = new UserSessions(dashboard.Sessions, visitor);
        Assert.NotNull((await sessions.StartAsync("funccount c:f", Cancel)).Error);
        Assert.NotEmpty((await sessions.CheckAsync("funccount c:f", Cancel)).Problems);
        var (id, _) = await dashboard.RunAsync();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => sessions.StopAsync(id, Cancel));
        Assert.NotNull(sessions.Find(id));
        visitor.Who = Visitor.As(Roles.Operator, "test");
        Assert.True(await sessions.StopAsync(id, Cancel));
    }

    private static async Task<int> StatusAsync(HttpClient client, string request)
    {
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        using var message = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method == "POST" && path.StartsWith("/api", StringComparison.Ordinal) ? JsonContent.Create(new { }) : null,
        };
        using var answer = await client.SendAsync(message, Cancel);
        return (int)answer.StatusCode;
    }

    private static void Add(HttpRequestMessage request, string header, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(header, value);
        }
    }

    private sealed class FixedVisitor(System.Security.Claims.ClaimsPrincipal who)
        : Microsoft.AspNetCore.Components.Authorization.AuthenticationStateProvider
    {
        public System.Security.Claims.ClaimsPrincipal Who { get; set; } = who;

        public override Task<Microsoft.AspNetCore.Components.Authorization.AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new Microsoft.AspNetCore.Components.Authorization.AuthenticationState(Who));
    }
}
