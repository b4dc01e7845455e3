using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Security;

namespace BpfDashboard.Server.Tests;

/// <summary>Each test has a server of its own: attempts to log in are limited per address.</summary>
public sealed partial class LoginTests : IDisposable
{
    private const int Timeout = 30_000;
    private readonly Dashboard dashboard = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task The_printed_link_logs_an_operator_in_once()
    {
        var link = PrintedLink().Match(dashboard.Output.ToString());
        Assert.True(link.Success, dashboard.Output.ToString());
        using var client = dashboard.Nobody();
        using var page = await client.GetAsync(new Uri(link.Groups["path"].Value, UriKind.Relative), Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(".submit()", html, StringComparison.Ordinal);
        Assert.Contains("<button>", html, StringComparison.Ordinal);

        var token = link.Groups["token"].Value;
        using var answer = await Dashboard.LogInAsync(client, token);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StartNothingAsync(client));

        using var other = dashboard.Nobody();
        using var second = await Dashboard.LogInAsync(other, token);
        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Contains("/api/v1/invitations", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var again = await Dashboard.LogInAsync(client, token, "/s/abc");
        Assert.Equal("/s/abc", again.Headers.Location?.OriginalString);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_preview_of_the_link_does_not_use_it_up()
    {
        var token = dashboard.NewToken();
        using var bot = dashboard.Nobody();
        using var preview = await bot.GetAsync(new Uri(LoginPage.Link(token), UriKind.Relative), Cancel);
        using var client = dashboard.Nobody();
        using var answer = await Dashboard.LogInAsync(client, token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (preview.StatusCode, answer.StatusCode));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_link_is_good_for_a_quarter_of_an_hour()
    {
        var (young, old) = (dashboard.NewToken(), dashboard.NewToken());
        dashboard.Time.Advance(LoginTokens.Lifetime);
        using var inTime = await Dashboard.LogInAsync(dashboard.Nobody(), young);
        dashboard.Time.Advance(TimeSpan.FromSeconds(1));
        using var late = await Dashboard.LogInAsync(dashboard.Nobody(), old);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Forbidden), (inTime.StatusCode, late.StatusCode));
    }

    [Theory]
    [InlineData("/s/abc?x=1", true)]
    [InlineData("/", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("/\t/evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/\r\nSet-Cookie: x", false)]
    public void A_return_address_is_a_page_of_ours(string? url, bool expected) => Assert.Equal(expected, LoginPage.IsLocal(url));

    [Fact(Timeout = Timeout)]
    public async Task The_login_sends_nobody_elsewhere()
    {
        using var answer = await Dashboard.LogInAsync(dashboard.Nobody(), dashboard.NewToken(), "//evil.example/");
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_the_address_holds_is_text_on_the_page()
    {
        using var client = dashboard.Nobody();
        var html = await client.GetStringAsync(
            new Uri("/login?token=%22%3E%3Cscript%3Ex&returnUrl=%22%3E%3Cscript%3Ey", UriKind.Relative), Cancel);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_operator_invites_a_viewer_to_a_session()
    {
        using var script = dashboard.Script();
        using var made = await script.PostAsJsonAsync("/api/v1/invitations", new { role = "viewer", returnUrl = "/s/abc" }, Cancel);
        var invitation = await made.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var url = new Uri(invitation.GetProperty("url").GetString()!);
        Assert.Equal(dashboard.Address.Authority, url.Authority);
        using var viewer = dashboard.Nobody();
        using var answer = await Dashboard.LogInAsync(viewer, url.Query.Split(['=', '&'])[1], "/s/abc");
        Assert.Equal("/s/abc", answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, await StartNothingAsync(viewer));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("root", "/")]
    [InlineData("viewer", "//evil.example")]
    public async Task Nonsense_invites_nobody(string role, string returnUrl)
    {
        using var answer = await dashboard.Script().PostAsJsonAsync("/api/v1/invitations", new { role, returnUrl }, Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Guessing_is_slowed_down()
    {
        using var client = dashboard.Nobody();
        await GuessTenTimesAsync(client);
        using var answer = await Dashboard.LogInAsync(client, dashboard.NewToken());
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Guessing_may_go_on_after_a_minute()
    {
        using var client = dashboard.Nobody();
        await GuessTenTimesAsync(client);
        dashboard.Time.Advance(TimeSpan.FromMinutes(1));
        using var answer = await Dashboard.LogInAsync(client, dashboard.NewToken());
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Many_people_behind_one_address_can_log_in()
    {
        for (var person = 0; person < 30; person++)
        {
            using var client = await dashboard.VisitorAsync(Roles.Viewer);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_copy_of_the_cookie_does_not_outlive_the_logout()
    {
        using var owner = dashboard.Nobody();
        using var login = await Dashboard.LogInAsync(owner, dashboard.NewToken());
        using var other = await dashboard.VisitorAsync(Roles.Operator);
        using var thief = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = dashboard.Address };
        thief.DefaultRequestHeaders.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StartNothingAsync(thief));

        using var logout = await owner.PostAsync(new Uri("/logout", UriKind.Relative), null, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, await StartNothingAsync(thief));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StartNothingAsync(other));
    }

    [Fact(Timeout = Timeout)]
    public async Task Logging_out_forgets_the_cookie()
    {
        using var client = await dashboard.VisitorAsync(Roles.Operator);
        using var answer = await client.PostAsync(new Uri("/logout", UriKind.Relative), null, Cancel);
        Assert.Equal("/login", answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Unauthorized, await StartNothingAsync(client));
    }

    [Fact(Timeout = Timeout)]
    public async Task No_log_holds_a_token_or_the_key()
    {
        var token = dashboard.NewToken();
        using var client = dashboard.Nobody();
        using var page = await client.GetAsync(new Uri(LoginPage.Link(token), UriKind.Relative), Cancel);
        using var answer = await Dashboard.LogInAsync(client, token);
        using var listed = await dashboard.Script().GetAsync(new Uri("/api/v1/sessions", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.NotEmpty(dashboard.Log.Lines);
        Assert.All(dashboard.Log.Lines, line =>
        {
            Assert.DoesNotContain(token, line, StringComparison.Ordinal);
            Assert.DoesNotContain(dashboard.ApiKey, line, StringComparison.Ordinal);
        });
    }

    public void Dispose() => dashboard.Dispose();

    private static async Task GuessTenTimesAsync(HttpClient client)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await Dashboard.LogInAsync(client, "guess");
            Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        }
    }

    private static async Task<HttpStatusCode> StartNothingAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/sessions", new { }, Cancel);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"^Open http://127\.0\.0\.1:\d+(?<path>/login\?token=(?<token>[A-Za-z0-9_-]{43}))\r?$", RegexOptions.Multiline)]
    private static partial Regex PrintedLink();
}
