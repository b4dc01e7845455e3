using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Tests.Fakes;

namespace BpfDashboard.Client.Tests;

/// <summary>The flame graph.</summary>
public sealed class StackViewTests() : PaneTest<StackView>("./js/stack-view.js", ".stack-view")
{
    [Fact]
    public void The_script_is_given_the_session_once()
    {
        var options = OptionsOf<StackViewScript.Options>(Session());
        Assert.Equal(("abc", true, false), (options.SessionId, options.Info.PerProcess, options.Attaching));
    }

    [Fact]
    public void It_hears_once_that_attaching_is_over() => Assert.Equal([false], UpdateAtTheEndOfAttaching());

    private protected override SessionDetails Session(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "stackcount -P tcp_sendmsg") with
        {
            Stacks = new StackInfo(
                Kernel: true, User: true, PerProcess: true, SingleProcess: false, ByThread: false, ByCpu: false,
                Offsets: false, Addresses: false, Delimited: false, Folded: false, Sampled: false, Frequency: null),
        };
}
