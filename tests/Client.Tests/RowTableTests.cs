using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the script of the table of events, and which sessions have one.</summary>
public sealed class RowTableTests : ClientTest
{
    private readonly BunitJSModuleInterop module;
    private readonly BunitJSModuleInterop table;

    public RowTableTests()
    {
        JSInterop.Mode = JSRuntimeMode.Strict;
        module = JSInterop.SetupModule("./js/row-table.js");
        table = module.SetupModule("create", _ => true);
    }

    [Theory]
    [InlineData(SessionState.Starting, true, true)]
    [InlineData(SessionState.Running, false, true)]
    [InlineData(SessionState.Stopping, false, true)]
    [InlineData(SessionState.Finished, false, false)]
    [InlineData(SessionState.Failed, false, false)]
    public void The_script_is_given_the_session_once(SessionState state, bool attaching, bool running)
    {
        Render<RowTable>(p => p.Add(t => t.Session, WithRows(state)));
        var options = Assert.IsType<RowTableScript.Options>(module.Invocations["create"].Single().Arguments[1]);
        Assert.Equal(("abc", "path", true, "strlen"), (options.SessionId, options.Info.Columns[0].Name, options.Info.CountEqual, options.Targets[0].Name));
        Assert.Equal((DateTimeOffset.UnixEpoch, attaching, running), (options.StartedAt, options.Attaching, options.Running));
        Assert.Empty(table.Invocations);
    }

    [Fact]
    public void It_hears_of_targets_that_attaching_brings_and_of_its_end_but_not_of_every_change()
    {
        var pane = Render<RowTable>(p => p.Add(t => t.Session, WithRows(SessionState.Starting)));
        table.SetupVoid("update", _ => true).SetVoidResult();
        pane.Render(p => p.Add(t => t.Session, WithRows(SessionState.Starting) with { AttachDone = 1 }));
        Assert.Empty(table.Invocations);
        var more = WithRows(SessionState.Running) with { Targets = [Some.Target(0, "strlen"), Some.Target(1, "strcpy")] };
        pane.Render(p => p.Add(t => t.Session, more));
        pane.Render(p => p.Add(t => t.Session, more with { DetachMs = 1 }));
        var arguments = table.Invocations["update"].Single().Arguments;
        Assert.Equal(2, Assert.IsAssignableFrom<IReadOnlyList<TargetInfo>>(arguments[0]).Count);
        Assert.Equal(false, arguments[1]);
    }

    [Fact]
    public async Task Leaving_the_page_lets_go_of_both_sides()
    {
        Render<RowTable>(p => p.Add(t => t.Session, WithRows()));
        table.SetupVoid("dispose", _ => true).SetVoidResult();
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], table.Invocations.Select(call => call.Identifier));
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

    private static SessionDetails WithRows(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "trace 'do_sys_open \"%s\", arg2'") with
        {
            Rows = new RowInfo(
                [new RowColumn("path", "arg2", "char *", IsNumber: false)],
                HasMessage: true, HasStacks: false, ShowTime: "", ShowCpu: false, CountEqual: true),
        };
}
