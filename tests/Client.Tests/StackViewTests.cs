using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the flame graph's script, and which sessions have one.</summary>
public sealed class StackViewTests() : PaneTest<StackView>("./js/stack-view.js")
{
    [Fact]
    public void The_script_is_given_the_session_once()
    {
        Show(WithStacks());
        var options = Options<StackViewScript.Options>();
        Assert.Equal(("abc", true, false), (options.SessionId, options.Info.PerProcess, options.Attaching));
        Assert.Empty(Script.Invocations);
    }

    [Fact]
    public void It_hears_once_that_attaching_is_over()
    {
        var pane = Show(WithStacks(SessionState.Starting));
        ExpectUpdates();
        pane.Render(p => p.Add(v => v.Session, WithStacks(SessionState.Starting) with { AttachDone = 1 }));
        Assert.Empty(Script.Invocations);
        pane.Render(p => p.Add(v => v.Session, WithStacks()));
        pane.Render(p => p.Add(v => v.Session, WithStacks(SessionState.Finished)));
        Assert.Equal(false, Script.Invocations["update"].Single().Arguments[0]);
    }

    [Theory]
    [InlineData(true, ".stack-view")]
    [InlineData(false, ".count-table")]
    public void A_session_is_shown_by_what_it_collects(bool hasStacks, string pane)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Sessions.Add(hasStacks ? WithStacks() : Some.Session());
        var page = Render<SessionPage>(p => p.Add(each => each.Id, "abc"));
        Assert.NotNull(page.Find(pane));
    }

    [Fact]
    public void Every_pane_takes_the_session()
    {
        var sessions = new[] { WithStacks(), Some.Session() };
        Assert.All(sessions, session =>
            Assert.NotNull(SessionPanes.Of(session).GetProperty(nameof(StackView.Session))));
    }

    private protected override SessionDetails Session(SessionState state) => WithStacks(state);

    private static SessionDetails WithStacks(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "stackcount -P tcp_sendmsg") with
        {
            Stacks = new StackInfo(
                Kernel: true, User: true, PerProcess: true, SingleProcess: false, ByThread: false, ByCpu: false,
                Offsets: false, Addresses: false, Delimited: false, Folded: false, Sampled: false, Frequency: null),
        };
}
