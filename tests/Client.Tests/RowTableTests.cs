using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The table of events.</summary>
public sealed class RowTableTests() : PaneTest<RowTable>("./js/row-table.js", ".row-table")
{
    [Theory]
    [InlineData(SessionState.Starting, true, true)]
    [InlineData(SessionState.Running, false, true)]
    [InlineData(SessionState.Stopping, false, true)]
    [InlineData(SessionState.Finished, false, false)]
    [InlineData(SessionState.Failed, false, false)]
    public void The_script_is_given_the_session_once(SessionState state, bool attaching, bool running)
    {
        var options = OptionsOf<RowTableScript.Options>(Session(state));
        Assert.Equal(("abc", "path", true, "strlen"), (options.SessionId, options.Info.Columns[0].Name, options.Info.CountEqual, options.Targets[0].Name));
        Assert.Equal((DateTimeOffset.UnixEpoch, attaching, running), (options.StartedAt, options.Attaching, options.Running));
    }

    [Fact]
    public void It_hears_of_targets_that_attaching_brings_and_of_its_end_but_not_of_every_change()
    {
        var pane = Show(Session(SessionState.Starting));
        Script.SetupVoid("update", _ => true).SetVoidResult();
        pane.Render(p => p.Add(t => t.Session, Session(SessionState.Starting) with { AttachDone = 1 }));
        Assert.Empty(Script.Invocations);
        var more = Session(SessionState.Running) with { Targets = [Some.Target(0, "strlen"), Some.Target(1, "strcpy")] };
        pane.Render(p => p.Add(t => t.Session, more));
        pane.Render(p => p.Add(t => t.Session, more with { DetachMs = 1 }));
        var arguments = Script.Invocations["update"].Single().Arguments;
        Assert.Equal(2, Assert.IsAssignableFrom<IReadOnlyList<TargetInfo>>(arguments[0]).Count);
        Assert.Equal(false, arguments[1]);
    }

    private protected override SessionDetails Session(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "trace 'do_sys_open \"%s\", arg2'") with
        {
            Rows = new RowInfo(
                [new RowColumn("path", "arg2", "char *", IsNumber: false)],
                HasMessage: true, HasStacks: false, ShowTime: "", ShowCpu: false, CountEqual: true),
        };
}
