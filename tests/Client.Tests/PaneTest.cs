using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace BpfDashboard.Client.Tests;

/// <summary>What is true of every pane: its script is created once, hears of news, and is let go of.</summary>
public abstract class PaneTest<TPane> : ClientTest
    where TPane : SessionPane
{
    protected PaneTest(string path)
    {
        JSInterop.Mode = JSRuntimeMode.Strict;
        Module = JSInterop.SetupModule(path);
        Script = Module.SetupModule("create", _ => true);
    }

    /// <summary>The script's file.</summary>
    private protected BunitJSModuleInterop Module { get; }

    /// <summary>What its <c>create</c> returned: bUnit's module double stands in for it, both are object references.</summary>
    private protected BunitJSModuleInterop Script { get; }

    [Fact]
    public async Task Leaving_the_page_lets_go_of_both_sides()
    {
        Show(Session(SessionState.Running));
        Script.SetupVoid("dispose", _ => true).SetVoidResult();
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], Script.Invocations.Select(call => call.Identifier));
    }

    [Fact]
    public async Task A_page_that_is_already_gone_is_no_error()
    {
        Show(Session(SessionState.Running));
        Script.SetupVoid("dispose", _ => true).SetException(new JSDisconnectedException("gone"));
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], Script.Invocations.Select(call => call.Identifier));
    }

    [Fact]
    public void What_changes_while_the_script_is_on_its_way_is_told_when_it_is_there()
    {
        var browser = new SlowBrowser();
        Services.AddSingleton<IJSRuntime>(browser);
        var pane = Show(Session(SessionState.Starting));
        pane.Render(p => p.Add(each => each.Session, Session(SessionState.Running)));
        Assert.Equal(["import"], browser.Calls);
        browser.Arrive();
        pane.WaitForAssertion(() => Assert.Equal(["import", "create", "update"], browser.Calls));
    }

    [Fact]
    public async Task Who_leaves_while_the_script_is_on_its_way_has_nothing_created_in_what_is_gone()
    {
        var browser = new SlowBrowser();
        Services.AddSingleton<IJSRuntime>(browser);
        Show(Session(SessionState.Running));
        await DisposeComponentsAsync();
        browser.Arrive();
        await browser.Released.WaitAsync(TimeSpan.FromSeconds(30), Xunit.TestContext.Current.CancellationToken);
        Assert.Equal(["import"], browser.Calls);
    }

    /// <summary>A session that this pane shows.</summary>
    private protected abstract SessionDetails Session(SessionState state);

    /// <summary>The options that the script was created with, which is to have happened once.</summary>
    private protected TOptions Options<TOptions>() =>
        Assert.IsType<TOptions>(Module.Invocations["create"].Single().Arguments[1]);

    private protected IRenderedComponent<TPane> Show(SessionDetails session) =>
        Render<TPane>(p => p.Add(pane => pane.Session, session));

    /// <summary>From now on the script may be told of changes.</summary>
    private protected void ExpectUpdates() => Script.SetupVoid("update", _ => true).SetVoidResult();
}
