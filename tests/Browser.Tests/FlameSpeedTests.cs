using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace BpfDashboard.Browser.Tests;

/// <summary>
/// What an update of the flame graph costs the page's main thread, in processor time (a busy machine does not change
/// it much), against the number of nodes. The table is printed, and docs/adr/0010 has one: a frame at 60 Hz lasts 16.7 ms.
/// Only what does not depend on the machine is asserted.
/// </summary>
public sealed class FlameSpeedTests(FlameHarness harness, ITestOutputHelper output) : IClassFixture<FlameHarness>
{
    private const int Updates = 20;

    /// <summary>What keeps an update short, however large the tree: so few boxes are drawn while data stream in.</summary>
    private const int MostBoxes = 450;

    [Fact(Timeout = 180_000)]
    public async Task However_large_the_tree_a_few_hundred_boxes_are_drawn_twice_a_second()
    {
        output.WriteLine("nodes      boxes   longest task   all tasks   script   (ms of processor time per update, medians of 20)");
        foreach (var nodes in new[] { 1_000, 10_000, 100_000 })
        {
            var page = await harness.OpenAsync();
            await page.StartAsync(nodes, 20);
            await page.UpdateAsync(); // the tree has grown
            var tasks = await TasksWhileAsync(() => page.Page.EvaluateAsync("n => harness.run(n, 500)", Updates));
            var longest = Median(tasks.Lengths.OrderDescending().Take(Updates));
            var boxes = await page.Page.Locator("g.frame").CountAsync();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes,7:N0} {boxes,8} {longest,14:F1} {tasks.Lengths.Sum() / Updates,11:F1} {tasks.Script / Updates,8:F1}"));
            await page.Page.Context.CloseAsync();
            Assert.InRange(boxes, 50, MostBoxes);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Whoever_comes_late_to_a_hundred_thousand_nodes_is_told_of_them_in_pieces()
    {
        await using var server = await ServerProcess.StartScriptedAsync("--nodes", "100000", "--grow-ticks", "20");
        var session = await server.PostAsync("sessions", new { command = "c:f" });
        var id = session.GetProperty("summary").GetProperty("id").GetString();
        while ((await server.GetAsync($"sessions/{id}/fold")).GetProperty("to").GetInt64() < 25)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await using var context = await harness.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1600, Height = 1000 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.LoginAddress.ToString());
        var messages = new List<int>();

        // A frame of the socket holds as many messages as were ready together; each ends in a record separator.
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
            messages.AddRange((frame.Text ?? "").Split('\u001e').Select(message => message.Length));
        var tasks = await TasksWhileAsync(async () =>
        {
            await page.GotoAsync(new Uri(server.Address, $"s/{id}").ToString());
            await Assertions.Expect(page.Locator("g.frame").Nth(50)).ToBeAttachedAsync(new() { Timeout = 60_000 }); // on a busy machine
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"late joiner: {messages.Sum():N0} characters, the longest message {messages.Max():N0}; "
            + $"the longest tasks {string.Join(", ", tasks.Lengths.OrderDescending().Take(3).Select(each => $"{each:F0}"))} ms"));
        Assert.InRange(messages.Sum(), 2_000_000, 8_000_000);
        Assert.InRange(messages.Max(), 1, 1_000_000);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    /// <summary>Traces the browser, and sums up the tasks of the page's main thread.</summary>
    private async Task<(List<double> Lengths, double Script)> TasksWhileAsync(Func<Task> act)
    {
        var session = await harness.Browser.NewBrowserCDPSessionAsync();
        var events = new List<JsonElement>();
        var complete = new TaskCompletionSource();
        session.Event("Tracing.dataCollected").OnEvent += (_, data) => events.AddRange(data!.Value.GetProperty("value").EnumerateArray());
        session.Event("Tracing.tracingComplete").OnEvent += (_, _) => complete.TrySetResult();
        await session.SendAsync("Tracing.start", new()
        {
            ["categories"] = "devtools.timeline,disabled-by-default-devtools.timeline,toplevel",
            ["transferMode"] = "ReportEvents",
        });
        try
        {
            await act();
        }
        finally
        {
            await session.SendAsync("Tracing.end"); // or no other test can trace
        }

        await complete.Task.WaitAsync(TestContext.Current.CancellationToken);
        return Sum(events);
    }

    private static (List<double> Lengths, double Script) Sum(List<JsonElement> events)
    {
        // The main thread of the page is the one that did its layouts.
        var main = events.Where(each => Name(each) == "UpdateLayoutTree").GroupBy(Thread).MaxBy(group => group.Count())!.Key;
        var own = events.Where(each => Thread(each) == main && each.TryGetProperty("tdur", out _)).ToList();
        return ([.. own.Where(each => Name(each) == "RunTask").Select(Milliseconds)],
            own.Where(each => Name(each) == "FunctionCall").Sum(Milliseconds));
    }

    private static string? Name(JsonElement each) => each.GetProperty("name").GetString();

    private static (int, long) Thread(JsonElement each) => (each.GetProperty("pid").GetInt32(), each.GetProperty("tid").GetInt64());

    private static double Milliseconds(JsonElement each) => each.GetProperty("tdur").GetDouble() / 1000;
}
