using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the script: one creation, an update only for news, one disposal.</summary>
public sealed class CountTableTests() : PaneTest<CountTable>("./js/count-table.js")
{
    [Fact]
    public void The_script_is_given_the_session_once()
    {
        Show(Some.Session() with { IntervalMs = 1000 });
        var options = Options<CountTableScript.Options>();
        Assert.Equal(("abc", 1000, null), (options.SessionId, options.IntervalMs, options.DurationMs));
        Assert.Equal("strlen", options.Targets.Single().Name);
        Assert.Empty(Script.Invocations);
    }

    [Fact]
    public void It_hears_of_targets_again_only_when_attaching_is_over()
    {
        var pane = Show(Starting());
        ExpectUpdates();
        pane.Render(p => p.Add(t => t.Session, Starting() with { AttachDone = 30 }));
        Assert.Empty(Script.Invocations);
        pane.Render(p => p.Add(t => t.Session, Some.Session()));
        pane.Render(p => p.Add(t => t.Session, Some.Session(elapsedMs: 9000)));
        Assert.Equal(["update"], Script.Invocations.Select(call => call.Identifier));
        Assert.Single(Module.Invocations["create"]);
    }

    private protected override SessionDetails Session(SessionState state) =>
        state == SessionState.Starting ? Starting() : Some.Session(state: state);

    private static SessionDetails Starting() =>
        Some.Session(state: SessionState.Starting, targets: [Some.Target(0, "strlen", null)]) with { AttachMs = null };
}
