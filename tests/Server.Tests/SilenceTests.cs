using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Silence;

namespace BpfDashboard.Server.Tests;

/// <summary>When a session is asked why it counts nothing, and how long what is said stands.</summary>
public sealed class SilenceTests
{
    private const int Timeout = 20_000;

    private static readonly Explanation Certain = new("other-definition", "another one comes first", "funccount /lib/a.so:f");

    [Fact(Timeout = Timeout)]
    public async Task What_is_certain_is_said_at_the_first_tick_and_the_rest_after_3_s()
    {
        var test = new TestManager();
        test.Engine.ExplainSilence = (_, atStart) => atStart ? [Certain] : [Certain, new Explanation("no-calls", "nothing happens")];
        var (id, _) = await test.RunAsync();
        await test.TickAsync(id);
        var details = await test.Sessions.UntilAsync(id, details => details.Explanations.Count > 0);
        Assert.Equal([new ExplanationInfo("other-definition", "another one comes first", "funccount /lib/a.so:f")], details.Explanations);
        await test.TickAsync(id, 27);
        Assert.Single(test.Sessions.Find(id)!.Explanations); // it exists
        await TickUntilAsync(test, id, () => test.Sessions.Find(id)!.Explanations.Count == 2); // it exists
    }

    [Fact(Timeout = Timeout)]
    public async Task A_hit_takes_back_what_was_said_but_for_what_stays_true()
    {
        var test = new TestManager();
        test.Engine.ExplainSilence = (_, _) => [Certain, new Explanation("indirect", "it is an IFUNC") { IsLasting = true }];
        var (id, tracing) = await test.RunAsync();
        await test.TickAsync(id);
        await test.Sessions.UntilAsync(id, details => details.Explanations.Count == 2);
        tracing.Hit(2, 1);
        await test.TickAsync(id);
        var details = await test.Sessions.UntilAsync(id, details => details.Explanations.Count == 1);
        Assert.Equal("indirect", details.Explanations[0].Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_probe_is_silent_by_itself()
    {
        var test = new TestManager();
        var asked = Channel.CreateUnbounded<string>();
        test.Engine.ExplainSilence = (silent, atStart) =>
        {
            asked.Writer.TryWrite($"{string.Join(',', silent.Order())} {atStart}");
            return [.. silent.Select(probe => Certain with { Text = $"probe {probe}", Probe = probe })];
        };
        var (id, tracing) = await test.RunAsync("trace c:f0 c:f1");
        await test.TickAsync(id);
        await test.Sessions.UntilAsync(id, details => details.Explanations.Count == 2);
        tracing.Hit(0, 1);
        await test.TickAsync(id);
        var details = await test.Sessions.UntilAsync(id, details => details.Explanations.Count == 1);
        Assert.Equal("probe 1", details.Explanations[0].Text);
        Assert.Equal("0,1 True", await asked.Reader.ReadAsync(TestManager.Cancel));
        await TickUntilAsync(test, id, () => asked.Reader.Count > 0);
        Assert.Equal("1 False", await asked.Reader.ReadAsync(TestManager.Cancel));
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_be_explained_does_not_end_the_session()
    {
        var test = new TestManager();
        test.Engine.ExplainSilence = (_, _) => throw new InvalidOperationException("broken");
        var (id, tracing) = await test.RunAsync();
        await test.TickAsync(id, 2);
        tracing.Hit(0, 3);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        var details = test.Sessions.Find(id)!; // it exists
        Assert.Equal((SessionState.Finished, 3L), (details.Summary.State, details.Summary.TotalCount));
        Assert.Empty(details.Explanations);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_API_and_the_export_have_what_the_page_has()
    {
        await using var dashboard = new Dashboard();
        dashboard.Engine.ExplainSilence = (_, _) => [Certain];
        using var script = dashboard.Script();
        var started = await dashboard.Sessions.StartAsync("funccount c:f", TestContext.Current.CancellationToken);
        var id = started.Id!; // the engine refuses nothing
        await dashboard.Sessions.UntilAsync(id, details => details.Summary.State == SessionState.Running);
        dashboard.Time.Advance(TimeSpan.FromMilliseconds(100));
        await dashboard.Sessions.UntilAsync(id, details => details.Explanations.Count > 0);
        var session = await script.GetFromJsonAsync<JsonElement>($"api/v1/sessions/{id}", TestContext.Current.CancellationToken);
        var export = await script.GetFromJsonAsync<JsonElement>($"api/v1/sessions/{id}/export?format=json", TestContext.Current.CancellationToken);
        foreach (var json in new[] { session, export })
        {
            var explanation = Assert.Single(json.GetProperty("explanations").EnumerateArray());
            Assert.Equal("other-definition", explanation.GetProperty("id").GetString());
            Assert.Equal("another one comes first", explanation.GetProperty("text").GetString());
            Assert.Equal("funccount /lib/a.so:f", explanation.GetProperty("command").GetString());
        }
    }

    /// <summary>A look that is not over yet puts off the next one, so that no number of ticks is certain to suffice.</summary>
    private static async Task TickUntilAsync(TestManager test, string id, Func<bool> condition)
    {
        while (!condition())
        {
            await test.TickAsync(id);
        }
    }
}
