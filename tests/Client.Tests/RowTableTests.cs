using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the script of the table of events, and which sessions have one.</summary>
public sealed class RowTableTests() : PaneTest<RowTable>("./js/row-table.js")
{
    [Theory]
    [InlineData(SessionState.Starting, true, true)]
    [InlineData(SessionState.Running, false, true)]
    [InlineData(SessionState.Stopping, false, true)]
    [InlineData(SessionState.Finished, false, false)]
    [InlineData(SessionState.Failed, false, false)]
    public void The_script_is_given_the_session_once(SessionState state, bool attaching, bool running)
    {
        Show(WithRows(state));
        var options = Options<RowTableScript.Options>();
        Assert.Equal(("abc", "path", true, "strlen"), (options.SessionId, options.Info.Columns[0].Name, options.Info.CountEqual, options.Targets[0].Name));
        Assert.Equal((DateTimeOffset.UnixEpoch, attaching, running), (options.StartedAt, options.Attaching, options.Running));
        Assert.Empty(Script.Invocations);
    }

    [Fact]
    public void It_hears_of_targets_that_attaching_brings_and_of_its_end_but_not_of_every_change()
    {
        var pane = Show(WithRows(SessionState.Starting));
        ExpectUpdates();
        pane.Render(p => p.Add(t => t.Session, WithRows(SessionState.Starting) with { AttachDone = 1 }));
        Assert.Empty(Script.Invocations);
        var more = WithRows(SessionState.Running) with { Targets = [Some.Target(0, "strlen"), Some.Target(1, "strcpy")] };
        pane.Render(p => p.Add(t => t.Session, more));
        pane.Render(p => p.Add(t => t.Session, more with { DetachMs = 1 }));
        var arguments = Script.Invocations["update"].Single().Arguments;
        Assert.Equal(2, Assert.IsAssignableFrom<IReadOnlyList<TargetInfo>>(arguments[0]).Count);
        Assert.Equal(false, arguments[1]);
    }

    [Fact]
    public void A_session_with_rows_is_shown_as_a_table_of_events()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Sessions.Add(WithRows());
        var page = Render<SessionPage>(p => p.Add(each => each.Id, "abc"));
        Assert.NotNull(page.Find(".row-table"));
        Assert.NotNull(SessionPanes.Of(WithRows()).GetProperty(nameof(RowTable.Session)));
    }

    private protected override SessionDetails Session(SessionState state) => WithRows(state);

    private static SessionDetails WithRows(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "trace 'do_sys_open \"%s\", arg2'") with
        {
            Rows = new RowInfo(
                [new RowColumn("path", "arg2", "char *", IsNumber: false)],
                HasMessage: true, HasStacks: false, ShowTime: "", ShowCpu: false, CountEqual: true),
        };
}
