using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace BpfDashboard.Browser.Tests;

/// <summary>
/// The flame graph's own scripts and styles, under the server's own content security policy, over a session that exists
/// nowhere: so the tests decide what arrives when, and how large the tree is.
/// </summary>
public sealed class FlameHarness : IAsyncLifetime
{
    private const string Origin = "http://flame.test";

    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    private readonly DirectoryInfo _scripts = Directory.CreateTempSubdirectory("bpfdashboard-flame-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string _policy = "";

    internal IBrowser Browser => _browser ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync()
    {
        await BundleAsync();
        await using (var server = await ServerProcess.StartAsync())
        {
            using var handler = new HttpClientHandler { AllowAutoRedirect = false }; // the login page has a policy of its own
            using var client = new HttpClient(handler) { BaseAddress = server.Address };
            using var answer = await client.GetAsync("css/app.css", TestContext.Current.CancellationToken);
            _policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Dashboard.Flags });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _scripts.Delete(recursive: true);
    }

    /// <summary>A page that shows nothing yet; its address ends in <paramref name="fragment"/>.</summary>
    internal async Task<FlamePage> OpenAsync(string fragment = "", int width = 1600, ColorScheme scheme = ColorScheme.Light, bool touch = false)
    {
        var context = await Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 1000 },
            ColorScheme = scheme,
            HasTouch = touch,
        });
        var page = await FlamePage.NewAsync(context);
        await page.Page.RouteAsync($"{Origin}/**", FulfilAsync);
        await page.Page.GotoAsync($"{Origin}/s/scripted{fragment}");
        return page;
    }

    /// <summary>A page as an export writes it: one file that has everything in it.</summary>
    internal async Task<FlamePage> OpenExportAsync(JsonElement data)
    {
        var page = await FlamePage.NewAsync(await Browser.NewContextAsync());
        var html = $"""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>export</title>
            <style>{Read("wwwroot/css/app.css")}</style></head><body>
            <script type="application/json" id="flame-data">{data.GetRawText().Replace("<", "\\u003c", StringComparison.Ordinal)}</script>
            <script>{Read("wwwroot/js/flame-page.js")}</script></body></html>
            """;
        await page.Page.RouteAsync($"{Origin}/**", route => route.FulfillAsync(new()
        {
            Body = html,
            ContentType = "text/html",
            Headers = new Dictionary<string, string>
            {
                ["Content-Security-Policy"] = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'",
            },
        }));
        await page.Page.GotoAsync($"{Origin}/export.html");
        return page;
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private Task FulfilAsync(IRoute route)
    {
        var path = new Uri(route.Request.Url).AbsolutePath;
        var file = path == "/harness.js" ? Path.Combine(_scripts.FullName, "harness.js") : Path.Combine(Root, "wwwroot", path[1..]);
        return route.FulfillAsync(new()
        {
            Status = path.StartsWith("/s/", StringComparison.Ordinal) || File.Exists(file) ? 200 : 404,
            Body = path.StartsWith("/s/", StringComparison.Ordinal) ? Document : File.Exists(file) ? File.ReadAllText(file) : "",
            ContentType = Path.GetExtension(file) switch { ".js" => "text/javascript", ".css" => "text/css", _ => "text/html" },
            Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = _policy },
        });
    }

    private const string Document = """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>flame</title><base href="/">
        <link rel="stylesheet" href="/css/app.css"><link rel="icon" href="data:,">
        <script type="module" src="/harness.js"></script></head><body><main>
        <h1>stackcount -P tcp_sendmsg</h1><section class="stack-view" aria-label="Live stacks"></section></main>
        <div id="announcer" role="status" class="visually-hidden"></div></body></html>
        """;

    private async Task BundleAsync()
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["Scripts/harness/build.mjs", _scripts.FullName])
        {
            WorkingDirectory = Path.Combine(Root, "src/Client"),
        }) ?? throw new InvalidOperationException("node did not start");
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, node.ExitCode);
    }
}

/// <summary>A flame graph, in the words of its user.</summary>
internal sealed class FlamePage
{
    private FlamePage(IPage page) => Page = page;

    internal IPage Page { get; }

    /// <summary>What the browser's console said that is an error: a broken policy, a failed script.</summary>
    internal List<string> Errors { get; } = [];

    internal ILocator Crumbs => Page.Locator(".sv-crumbs");

    internal ILocator Here => Page.Locator(".sv-here");

    internal ILocator Events => Page.Locator(".ct-summary strong");

    internal ILocator Search => Page.GetByLabel("Find functions");

    internal ILocator Menu => Page.GetByRole(AriaRole.Menu);

    internal ILocator Graph => Page.GetByRole(AriaRole.Application).First;

    internal ILocator RootRow => Page.Locator("[role=treegrid] [data-row='0']");

    internal ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new() { Name = name });

    internal static async Task<FlamePage> NewAsync(IBrowserContext context)
    {
        var page = new FlamePage(await context.NewPageAsync());
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

    /// <summary>The boxes of a function that are wide enough to have a label, outermost first.</summary>
    internal ILocator Frame(string name) =>
        Page.Locator("g.frame").Filter(new() { Has = Page.Locator($".d3-flame-graph-label:text-is('{name}')") });

    internal async Task StartAsync(int nodes, int ticks)
    {
        await Page.EvaluateAsync("([nodes, ticks]) => harness.start(nodes, ticks)", new[] { nodes, ticks });
        if (ticks > 0)
        {
            await Assertions.Expect(Events).Not.ToHaveTextAsync("0");
            await Assertions.Expect(Frame("_start").First).ToBeVisibleAsync();
        }
    }

    /// <summary>One more tick; completes when the page shows it.</summary>
    internal async Task UpdateAsync()
    {
        var before = await Events.InnerTextAsync();
        await Page.EvaluateAsync("harness.push(1, 2000, 1)");
        await Assertions.Expect(Events).Not.ToHaveTextAsync(before);
    }

    /// <summary>Colour and width, in pixels, of a function's first box.</summary>
    internal async Task<(string Fill, double Width)> LookAsync(string name)
    {
        var rect = Frame(name).First.Locator("rect");
        return (await rect.GetAttributeAsync("fill") ?? "", (await rect.BoundingBoxAsync())!.Width);
    }
}
