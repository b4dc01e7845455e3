using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Pages;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>A pane and the exact calls that reach its script. What holds for every pane is tested here, for each.</summary>
public abstract class PaneTest<TPane> : ClientTest
    where TPane : SessionPane
{
    private readonly string element;

    /// <param name="script">The address of the script.</param>
    /// <param name="element">The selector of the element that it fills.</param>
    protected PaneTest(string script, string element)
    {
        this.element = element;
        JSInterop.Mode = JSRuntimeMode.Strict;
        Module = JSInterop.SetupModule(script);
        Script = Module.SetupModule("create", _ => true);
    }

    private protected BunitJSModuleInterop Module { get; }

    /// <summary>What create returned: bUnit's double of a module stands in for it, as both are object references.</summary>
    private protected BunitJSModuleInterop Script { get; }

    [Fact]
    public async Task Leaving_the_page_lets_go_of_both_sides()
    {
        Show(Session());
        Script.SetupVoid("dispose", _ => true).SetVoidResult();
        await DisposeComponentsAsync();
        Assert.Equal(["dispose"], Script.Invocations.Select(call => call.Identifier));
    }

    [Fact]
    public void A_session_of_its_kind_is_shown_in_it()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Sessions.Add(Session());
        var page = Render<SessionPage>(p => p.Add(each => each.Id, "abc"));
        Assert.Equal("abc", page.FindComponent<TPane>().Instance.Session.Summary.Id);
        Assert.NotNull(page.Find(element));
    }

    /// <summary>A session that this pane shows.</summary>
    private protected abstract SessionDetails Session(SessionState state = SessionState.Running);

    private protected IRenderedComponent<TPane> Show(SessionDetails session) => Render<TPane>(p => p.Add(v => v.Session, session));

    /// <summary>What create was told, if it was called once and the script has heard nothing since.</summary>
    private protected TOptions OptionsOf<TOptions>(SessionDetails session)
    {
        Show(session);
        Assert.Empty(Script.Invocations);
        return Assert.IsType<TOptions>(Module.Invocations["create"].Single().Arguments[1]);
    }

    /// <summary>What the script is told when attaching is over, if it hears neither before it nor after.</summary>
    private protected IReadOnlyList<object?> UpdateAtTheEndOfAttaching()
    {
        var starting = Session(SessionState.Starting);
        var pane = Show(starting);
        Script.SetupVoid("update", _ => true).SetVoidResult();
        pane.Render(p => p.Add(v => v.Session, starting with { AttachDone = 1 }));
        Assert.Empty(Script.Invocations);
        pane.Render(p => p.Add(v => v.Session, Session()));
        pane.Render(p => p.Add(v => v.Session, Session(SessionState.Finished)));
        Assert.Single(Module.Invocations["create"]);
        return Script.Invocations["update"].Single().Arguments;
    }
}
