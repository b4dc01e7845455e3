using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace BpfDashboard.Browser.Tests;

/// <summary>A server and Debian's Chromium, shared by the tests of a class.</summary>
public class Dashboard : IAsyncLifetime
{
    internal static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _loggedIn;
    private ServerProcess? _server;

    internal ServerProcess Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync()
    {
        _server = await StartServerAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Flags });
        _loggedIn = await NewContextAsync();
        var page = await _loggedIn.NewPageAsync();
        await page.GotoAsync(Server.LoginAddress.ToString());
        await Assertions.Expect(page.GetByLabel("What to trace")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    private protected virtual Task<ServerProcess> StartServerAsync() =>
        ServerProcess.StartAsync("--max-running-sessions", "100"); // not every test stops its own

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this); // for a class derived from this one, as the analyser wants it
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A browser without cookies.</summary>
    internal async Task<IBrowserContext> NewContextAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        await (_browser ?? throw new InvalidOperationException("not started")).NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 800 },
            ColorScheme = scheme,
            Permissions = ["clipboard-read", "clipboard-write"],
        });

    /// <summary>A page of a browser that is logged in as operator; what it complains about ends up in its errors.</summary>
    internal async Task<DashboardPage> OpenAsync(
        string path = "", int width = 1280, ColorScheme scheme = ColorScheme.Light, Uri? through = null)
    {
        var context = await NewContextAsync(width, scheme);
        var state = await (_loggedIn ?? throw new InvalidOperationException("not started")).StorageStateAsync();
        await context.AddCookiesAsync(System.Text.Json.JsonDocument.Parse(state).RootElement.GetProperty("cookies")
            .EnumerateArray().Select(cookie => new Cookie
            {
                Name = cookie.GetProperty("name").GetString()!, // Playwright's own format: always there
                Value = cookie.GetProperty("value").GetString()!,
                Domain = cookie.GetProperty("domain").GetString(),
                Path = "/",
                HttpOnly = true,
            }));
        var page = await DashboardPage.NewAsync(context);
        await page.Page.GotoAsync(new Uri(through ?? Server.Address, path).ToString());
        return page;
    }
}

/// <summary>A page, in the words of its user.</summary>
internal sealed partial class DashboardPage
{
    private DashboardPage(IPage page) => Page = page;

    internal IPage Page { get; }

    /// <summary>What the browser's console said that is an error: a broken policy, a failed script.</summary>
    internal List<string> Errors { get; } = [];

    internal ILocator Stop => Page.GetByRole(AriaRole.Button, new() { Name = "Stop" });

    internal ILocator Filter => Page.GetByLabel("Filter functions");

    internal ILocator State => Page.Locator(".session-status .badge");

    internal static async Task<DashboardPage> NewAsync(IBrowserContext context)
    {
        var page = new DashboardPage(await context.NewPageAsync());
        page.Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                page.Errors.Add(message.Text);
            }
        };
        page.Page.PageError += (_, error) => page.Errors.Add(error);
        return page;
    }

    /// <summary>Types a command and presses Ctrl+Enter.</summary>
    internal async Task RunAsync(string command)
    {
        var input = Page.GetByLabel("What to trace");
        await input.FillAsync(command);
        await input.PressAsync("Control+Enter");
    }

    /// <summary>Runs a command and waits until its session counts.</summary>
    internal async Task<string> StartAsync(string command)
    {
        await RunAsync(command);
        return await ArriveAsync();
    }

    /// <summary>Waits for the page of the session that was just started, and until that counts.</summary>
    internal async Task<string> ArriveAsync()
    {
        try
        {
            // Asked again and again: who waits for the navigation may begin to when it is over.
            await Assertions.Expect(Page).ToHaveURLAsync(SessionAddress(), new() { Timeout = 30_000 });
        }
        catch (PlaywrightException)
        {
            var inputs = await Page.GetByLabel("What to trace").EvaluateAllAsync<string[]>("all => all.map(input => input.value)");
            Assert.Fail($"no session began; the page says: {await Page.Locator("body").InnerTextAsync()}; "
                + $"its input: {string.Join("", inputs)}; errors: {string.Join("; ", Errors)}");
        }

        await Assertions.Expect(State).ToHaveTextAsync("running", new() { Timeout = 30_000 }); // attaching takes a busy machine long
        return new Uri(Page.Url).Segments[^1];
    }

    internal ILocator Row(string name) =>
        Page.Locator("tr[data-slot]").Filter(new() { Has = Page.Locator($".ct-name:text-is('{name}')") });

    internal ILocator Count(string name) => Row(name).Locator("td").First;

    internal async Task<long> CountAsync(string name) => long.Parse(
        await Count(name).InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>Every row and its count, as the page shows them.</summary>
    internal async Task<Dictionary<string, string>> RowsAsync()
    {
        var rows = await Page.EvaluateAsync<string[][]>(
            "[...document.querySelectorAll('tr[data-slot]')].map(row => "
            + "[row.querySelector('.ct-name').textContent, row.querySelector('td').textContent])");
        return rows.ToDictionary(row => row[0], row => row[1]);
    }

    [GeneratedRegex("/s/[^/]+$")]
    private static partial Regex SessionAddress();
}
