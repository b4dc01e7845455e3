using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the script: one creation, an update only for news, one disposal.</summary>
public sealed class CountTableTests : ClientTest
{
    private readonly BunitJSModuleInterop module;
    private readonly BunitJSObjectInterop table;

    public CountTableTests()
    {
        JSInterop.Mode = JSRuntimeMode.Strict;
        module = JSInterop.SetupModule("./js/count-table.js");
        table = module.SetupModule("create", _ => true) is var created ? new BunitJSObjectInterop(created) : default!;
    }

    [Fact]
    public void The_script_is_given_the_session_once()
    {
        Render<CountTable>(p => p.Add(t => t.Session, Some.Session() with { IntervalMs = 1000 }));
        var options = Assert.IsType<CountTableScript.Options>(module.Invocations["create"].Single().Arguments[1]);
        Assert.Equal(("abc", 1000, null), (options.SessionId, options.IntervalMs, options.DurationMs));
        Assert.Equal("strlen", options.Targets.Single().Name);
        Assert.Empty(table.Calls);
    }

    [Fact]
    public void It_hears_of_targets_again_only_when_attaching_is_over()
    {
        var starting = Some.Session(state: SessionState.Starting, targets: [Some.Target(0, "strlen", null)]) with { AttachMs = null };
        var pane = Render<CountTable>(p => p.Add(t => t.Session, starting));
        table.Expect("update");
        pane.Render(p => p.Add(t => t.Session, starting with { AttachDone = 30 }));
        Assert.Empty(table.Calls);
        pane.Render(p => p.Add(t => t.Session, Some.Session()));
        pane.Render(p => p.Add(t => t.Session, Some.Session(elapsedMs: 9000)));
        Assert.Equal(["update"], table.Calls);
        Assert.Single(module.Invocations["create"]);
    }

    [Fact]
    public async Task Leaving_the_page_lets_go_of_both_sides()
    {
        Render<CountTable>(p => p.Add(t => t.Session, Some.Session()));
        table.Expect("dispose");
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], table.Calls);
    }

    [Fact]
    public async Task A_page_that_is_already_gone_is_no_error()
    {
        Render<CountTable>(p => p.Add(t => t.Session, Some.Session()));
        table.Fail("dispose", new JSDisconnectedException("gone"));
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], table.Calls);
    }

    /// <summary>bUnit's module double stands in for the object that create returns: both are object references.</summary>
    private sealed class BunitJSObjectInterop(BunitJSModuleInterop reference)
    {
        public IEnumerable<string> Calls => reference.Invocations.Select(call => call.Identifier);

        public void Expect(string method) => reference.SetupVoid(method, _ => true).SetVoidResult();

        public void Fail(string method, Exception exception) =>
            reference.SetupVoid(method, _ => true).SetException(exception);
    }
}
