using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Tests;

/// <summary>The table of counts.</summary>
public sealed class CountTableTests() : PaneTest<CountTable>("./js/count-table.js", ".count-table")
{
    [Fact]
    public void The_script_is_given_the_session_once()
    {
        var options = OptionsOf<CountTableScript.Options>(Session() with { IntervalMs = 1000 });
        Assert.Equal(("abc", 1000, null), (options.SessionId, options.IntervalMs, options.DurationMs));
        Assert.Equal("strlen", options.Targets.Single().Name);
    }

    [Fact]
    public void It_hears_of_targets_again_only_when_attaching_is_over()
    {
        var targets = Assert.IsAssignableFrom<IReadOnlyList<TargetInfo>>(UpdateAtTheEndOfAttaching().Single());
        Assert.NotNull(targets.Single().Mechanism);
    }

    [Fact]
    public async Task A_page_that_is_already_gone_is_no_error()
    {
        Show(Session());
        Script.SetupVoid("dispose", _ => true).SetException(new JSDisconnectedException("gone"));
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], Script.Invocations.Select(call => call.Identifier));
    }

    private protected override SessionDetails Session(SessionState state = SessionState.Running) => state == SessionState.Starting
        ? Some.Session(state: state, targets: [Some.Target(0, "strlen", null)]) with { AttachMs = null }
        : Some.Session(state: state);
}
