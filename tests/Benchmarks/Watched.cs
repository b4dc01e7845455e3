using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// How many events a second come without a loss by the whole road, from the kernel through the server into the table of a
/// browser that follows its end, all on this machine; and how many without the browser. The rate is stepped up until an
/// event is lost, or until the workload cannot make more.
/// </summary>
internal static class Watched
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Most = 4_000_000;

    internal static async Task RunAsync(Settings settings)
    {
        var window = settings.Window * 2.5;
        Console.WriteLine($"events until the first loss: t:syscalls:sys_enter_getpgid, {window.TotalSeconds:0.0} s at each rate");
        await StepsAsync("no browser", null, window, settings.Repeats);
        if (!File.Exists(Chromium))
        {
            Console.WriteLine($"  {"one browser",-14}not available: no {Chromium}");
            return;
        }

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        });
        await StepsAsync("one browser", browser, window, settings.Repeats);
        Console.WriteLine();
    }

    private static async Task StepsAsync(string name, IBrowser? browser, TimeSpan window, int tries)
    {
        using var server = new LiveServer();
        using var workload = new Workload();
        var id = await server.StartAsync($"trace -p {workload.Pid} 't:syscalls:sys_enter_getpgid \"%d\", args->pid'");
        var page = browser is null ? null : await WatchAsync(browser, server, id);
        var best = new Step(0, 0, 0, TimeSpan.Zero);
        var end = "";
        foreach (var rate in Rates())
        {
            var step = await RunStepAsync(server, id, workload, page, rate, window);
            for (var again = 1; again < tries && step.Lost == 0 && step.PerSecond < 0.9 * rate; again++)
            {
                step = await RunStepAsync(server, id, workload, page, rate, window); // a busy machine may have kept it from it
            }

            end = step.Lost > 0 ? $"at {step.PerSecond:N0} {step.Lost:N0} of {step.Generated:N0} were lost"
                : step.PerSecond < 0.9 * rate ? $"told to make {rate:N0}, the workload made {step.PerSecond:N0}" : "";
            best = step.Lost == 0 && step.PerSecond > best.PerSecond ? step : best;
            if (end.Length > 0)
            {
                break;
            }
        }

        var shown = page is null ? "" : $", the page has the last event {best.Behind.TotalMilliseconds:0} ms after it";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-14}{best.PerSecond,12:N0} a second without a loss ({end}){shown}; server {server.PeakKilobytes / 1024} MiB at most"));
        await server.StopAsync(id);
    }

    private static IEnumerable<int> Rates()
    {
        for (var rate = 250_000; rate <= Most; rate += 250_000)
        {
            yield return rate;
        }
    }

    /// <summary>A page that follows the end of the session's table.</summary>
    private static async Task<IPage> WatchAsync(IBrowser browser, LiveServer server, string id)
    {
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync(server.Login.ToString());
        await page.GotoAsync(new Uri(server.Address, $"s/{id}").ToString());
        await page.Locator(".row-table .rw-empty").WaitForAsync();
        return page;
    }

    private static async Task<Step> RunStepAsync(
        LiveServer server, string id, Workload workload, IPage? page, int rate, TimeSpan window)
    {
        var before = await LedgerAsync(server, id);
        var (generated, time) = Generate(workload, rate, window);
        var stopped = Stopwatch.StartNew();
        if (page is not null)
        {
            var total = (before.Total + generated).ToString("N0", CultureInfo.InvariantCulture);
            await page.WaitForFunctionAsync("total => document.querySelector('.ct-summary strong').textContent === total", total);
        }

        var behind = stopped.Elapsed;
        var after = await LedgerAsync(server, id);
        while (after.Total < before.Total + generated && stopped.Elapsed < TimeSpan.FromSeconds(10))
        {
            after = await LedgerAsync(server, id);
        }

        var missing = before.Total + generated - after.Total; // neither counted nor lost: none, or the ledger is wrong
        return new Step(generated, generated / time.TotalSeconds, after.Lost - before.Lost + missing, behind);
    }

    /// <summary>Makes events at a rate: as many as are due, again and again.</summary>
    private static (long Generated, TimeSpan Time) Generate(Workload workload, int rate, TimeSpan window)
    {
        var clock = Stopwatch.StartNew();
        var generated = 0L;
        while (clock.Elapsed < window)
        {
            var due = Math.Min((long)(clock.Elapsed.TotalSeconds * rate) - generated, rate / 10);
            if (due < rate / 100)
            {
                Thread.Sleep(2);
                continue;
            }

            workload.Do($"getpgid {due}");
            generated += due;
        }

        return (generated, clock.Elapsed);
    }

    /// <summary>The events of a session, and how many of them never became rows.</summary>
    private static async Task<(long Total, long Lost)> LedgerAsync(LiveServer server, string id)
    {
        var fold = await server.GetAsync($"sessions/{id}/fold");
        return (
            fold.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()),
            fold.GetProperty("losses").EnumerateArray().Where(IsLoss).Sum(loss => loss.GetProperty("count").GetInt64())
                + fold.GetProperty("misses").GetInt64());
    }

    /// <summary>Rows that were kept and then let go of for newer ones were no loss on the road.</summary>
    private static bool IsLoss(JsonElement loss) => !loss.GetProperty("cause").ValueEquals("notKept");

    private sealed record Step(long Generated, double PerSecond, long Lost, TimeSpan Behind);
}
