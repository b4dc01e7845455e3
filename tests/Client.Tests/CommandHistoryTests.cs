using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the history in the browser.</summary>
public sealed class CommandHistoryTests : ClientTest
{
    private readonly BunitJSModuleInterop history;

    public CommandHistoryTests()
    {
        JSInterop.Mode = JSRuntimeMode.Strict;
        history = JSInterop.SetupModule("./js/command-history.js").SetupModule("create", _ => true);
        JSInterop.SetupModule("./js/fault.js").Mode = JSRuntimeMode.Loose;
        history.SetupVoid("add", _ => true).SetVoidResult();
        history.SetupVoid("dispose", _ => true).SetVoidResult();
    }

    [Fact]
    public async Task What_was_run_is_remembered_also_when_it_was_wrong()
    {
        Sessions.StartAnswer = new StartResult(null, [new SpecProblem(0, 1, "No such function.", null)]);
        var bar = Render<CommandBar>();
        bar.Find("#command").Input(" c:strlenn ");
        bar.Find("form").Submit();
        await DisposeComponentsAsync();
        Assert.Equal(["add", "dispose"], history.Invocations.Select(call => call.Identifier));
        Assert.Equal(["c:strlenn"], history.Invocations["add"].Single().Arguments);
    }
}
