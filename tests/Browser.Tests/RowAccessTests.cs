using static Microsoft.Playwright.Assertions;

namespace BpfDashboard.Browser.Tests;

/// <summary>The table of events under a finger, and as a screen reader has it.</summary>
public sealed class RowAccessTests(FlameHarness harness) : IClassFixture<FlameHarness>
{
    private const int Timeout = 120_000;
    private const int RowHeight = 26;

    [Theory(Timeout = Timeout)]
    [InlineData(20_000)] // the browser scrolls
    [InlineData(1_000_000)] // a pixel of the bar is four of the list
    public async Task A_finger_moves_the_list_as_far_as_it_goes_itself(int count)
    {
        var table = await OpenAsync(count);
        await table.Grid.EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight / 2");
        var before = await table.FirstInSightAsync();
        await DragAsync(table, 0, -20 * RowHeight);
        var moved = await table.FirstInSightAsync() - before;
        Assert.InRange(moved, 17, 21); // a finger has to move some pixels before it is known to
        await DragAsync(table, 0, 20 * RowHeight);
        Assert.InRange(await table.FirstInSightAsync() - before, -3, 3);
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_list_that_is_thrown_goes_on_and_comes_to_rest()
    {
        var table = await OpenAsync(1_000_000);
        await table.Grid.EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight / 2");
        var before = await table.FirstInSightAsync();
        await DragAsync(table, 0, -15 * RowHeight, isThrown: true);
        await table.Page.WaitForFunctionAsync("""
            () => {
              const top = document.querySelector('.rw-row')?.dataset.row;
              const isStill = top === window.lastTop;
              window.lastTop = top;
              return isStill;
            }
            """, null, new() { PollingInterval = 250 });
        Assert.InRange(await table.FirstInSightAsync() - before, 18, 400);
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_finger_at_the_end_of_the_list_moves_the_page_and_sideways_the_columns()
    {
        var table = await OpenAsync(1_000_000, width: 400);
        await table.Page.SetViewportSizeAsync(400, 520); // so that the page can be scrolled too
        await Expect(table.Row(0)).ToBeVisibleAsync();
        await table.Page.EvaluateAsync("scrollTo(0, 200)");
        var page = await table.Page.EvaluateAsync<double>("scrollY");
        await DragAsync(table, 0, 100);
        Assert.InRange(page - await table.Page.EvaluateAsync<double>("scrollY"), 60, 100);
        await DragAsync(table, -150, 0);
        await Expect(table.Row(0)).ToBeVisibleAsync();
        Assert.InRange(await table.Grid.EvaluateAsync<double>("grid => grid.scrollLeft"), 100, 200);
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_screen_reader_has_a_grid_with_its_places()
    {
        var table = new EventsPage(await harness.OpenAsync("#cols=pid,comm,retval&filter=comm%20%3D%3D%20%22curl%22", width: 1400));
        await table.StartAsync(500);
        await Expect(table.Status).ToContainTextAsync("of 500 rows");
        await table.Grid.FocusAsync();
        await table.Page.Keyboard.PressAsync("Home");
        await table.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(table.Grid).ToMatchAriaSnapshotAsync("""
            - grid "Events":
              - rowgroup:
                - row "PID COMM retval":
                  - columnheader "PID":
                    - button "PID"
                  - columnheader "COMM":
                    - button "COMM"
                  - columnheader "retval":
                    - button "retval"
              - rowgroup:
                - row /\d+ curl/ [selected]:
                  - gridcell /10\d\d/
                  - gridcell "curl"
                  - gridcell /0|ECONNREFUSED/
            """);
        var active = table.Page.Locator($"#{await table.Grid.GetAttributeAsync("aria-activedescendant")}");
        await Expect(active).ToHaveTextAsync("curl");
        await Expect(active).ToHaveAttributeAsync("aria-colindex", "2");
        await Expect(table.Row(0)).ToHaveAttributeAsync("aria-rowindex", "2"); // the head is the first
        await Expect(table.Grid).ToHaveAttributeAsync("aria-colcount", "3");
        var rows = int.Parse((await table.Grid.GetAttributeAsync("aria-rowcount"))!, System.Globalization.CultureInfo.InvariantCulture);
        await Expect(table.Status).ToHaveTextAsync($"{rows - 1} of 500 rows");
        Assert.Empty(table.Errors);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_order_that_holds_still_shifts_nothing_when_its_oldest_events_go()
    {
        var table = new EventsPage(await harness.OpenAsync("#sort=pid", width: 1400));
        await table.StartAsync(2000);
        await Expect(table.Badge).ToHaveTextAsync("view paused");
        var before = await table.RowsTextAsync();
        await table.Page.EvaluateAsync("harness.rows.first = 1000");
        await table.PushAsync(500);
        await Expect(table.Page.GetByText("rows let go of: 1,000")).ToBeVisibleAsync();
        await table.Grid.EvaluateAsync("grid => grid.scrollTop = 26 * 310");
        await Expect(table.Page.Locator(".rw-row.rw-gone").First).ToContainTextAsync("let go of");
        await Expect(table.Page.Locator(".rw-row:not(.rw-gone)").First).ToBeVisibleAsync();
        await table.Grid.EvaluateAsync("grid => grid.scrollTop = 0");
        await Expect(table.Row(0)).ToBeInViewportAsync();
        Assert.Equal(before, await table.RowsTextAsync());
        Assert.Empty(table.Errors);
    }

    private async Task<EventsPage> OpenAsync(int count, int width = 1400)
    {
        var table = new EventsPage(await harness.OpenAsync(width: width, touch: true));
        await table.StartAsync(count, running: false);
        await table.CompleteAsync();
        await Expect(table.Row(0)).ToBeVisibleAsync();
        return table;
    }

    /// <summary>Real touches, as a screen sends them: the browser decides what becomes of them.</summary>
    private static async Task DragAsync(EventsPage table, int x, int y, bool isThrown = false)
    {
        var session = await table.Page.Context.NewCDPSessionAsync(table.Page);
        var box = (await table.Grid.BoundingBoxAsync())!;
        var (left, top) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await SendAsync("touchStart", left, top);
        for (var step = 1; step <= 10; step++)
        {
            await SendAsync("touchMove", left + (x * step / 10f), top + (y * step / 10f));
            await table.Page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        }

        if (!isThrown)
        {
            await table.Page.EvaluateAsync("() => new Promise(done => setTimeout(done, 200))"); // a finger that rests throws nothing
        }

        await session.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await session.DetachAsync();

        Task SendAsync(string type, float px, float py) => session.SendAsync("Input.dispatchTouchEvent", new()
        {
            ["type"] = type,
            ["touchPoints"] = new[] { new Dictionary<string, object> { ["x"] = px, ["y"] = py } },
        });
    }
}
