using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the flame graph's script, and which sessions have one.</summary>
public sealed class StackViewTests : ClientTest
{
    private readonly BunitJSModuleInterop module;
    private readonly BunitJSModuleInterop view;

    public StackViewTests()
    {
        JSInterop.Mode = JSRuntimeMode.Strict;
        module = JSInterop.SetupModule("./js/stack-view.js");
        view = module.SetupModule("create", _ => true);
    }

    [Fact]
    public void The_script_is_given_the_session_once()
    {
        Render<StackView>(p => p.Add(v => v.Session, WithStacks()));
        var options = Assert.IsType<StackViewScript.Options>(module.Invocations["create"].Single().Arguments[1]);
        Assert.Equal(("abc", true, false), (options.SessionId, options.Info.PerProcess, options.Attaching));
        Assert.Empty(view.Invocations);
    }

    [Fact]
    public void It_hears_once_that_attaching_is_over()
    {
        var pane = Render<StackView>(p => p.Add(v => v.Session, WithStacks(SessionState.Starting)));
        view.SetupVoid("update", _ => true).SetVoidResult();
        pane.Render(p => p.Add(v => v.Session, WithStacks(SessionState.Starting) with { AttachDone = 1 }));
        Assert.Empty(view.Invocations);
        pane.Render(p => p.Add(v => v.Session, WithStacks()));
        pane.Render(p => p.Add(v => v.Session, WithStacks(SessionState.Finished)));
        Assert.Equal(false, view.Invocations["update"].Single().Arguments[0]);
    }

    [Fact]
    public async Task Leaving_the_page_lets_go_of_both_sides()
    {
        Render<StackView>(p => p.Add(v => v.Session, WithStacks()));
        view.SetupVoid("dispose", _ => true).SetVoidResult();
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], view.Invocations.Select(call => call.Identifier));
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

    private static SessionDetails WithStacks(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "stackcount -P tcp_sendmsg") with
        {
            Stacks = new StackInfo(
                Kernel: true, User: true, PerProcess: true, SingleProcess: false, ByThread: false, ByCpu: false,
                Offsets: false, Addresses: false, Delimited: false, Folded: false, Sampled: false, Frequency: null),
        };
}
