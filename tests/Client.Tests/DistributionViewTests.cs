using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

/// <summary>The exact calls that reach the script of the distributions, and which sessions have one.</summary>
public sealed class DistributionViewTests() : PaneTest<DistributionView>("./js/distribution-view.js")
{
    [Theory]
    [InlineData(SessionState.Starting, true)]
    [InlineData(SessionState.Running, false)]
    [InlineData(SessionState.Finished, false)]
    public void The_script_is_given_the_session_once(SessionState state, bool attaching)
    {
        Show(WithHistogram(state));
        var options = Options<DistributionScript.Options>();
        Assert.Equal(
            ("abc", "argdist -H 'r::vfs_read()'", "ns", attaching),
            (options.SessionId, options.Command, options.Info.Distributions[0].Histogram?.Unit, options.Attaching));
        Assert.Empty(Script.Invocations);
    }

    [Fact]
    public void It_hears_of_the_end_of_attaching_and_of_nothing_else()
    {
        var pane = Show(WithHistogram(SessionState.Starting));
        ExpectUpdates();
        pane.Render(p => p.Add(v => v.Session, WithHistogram(SessionState.Starting) with { AttachDone = 1 }));
        Assert.Empty(Script.Invocations);
        pane.Render(p => p.Add(v => v.Session, WithHistogram()));
        pane.Render(p => p.Add(v => v.Session, WithHistogram(SessionState.Finished)));
        Assert.Equal(false, Script.Invocations["update"].Single().Arguments[0]);
    }

    [Fact]
    public void A_session_with_distributions_is_shown_as_such()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Sessions.Add(WithHistogram());
        var page = Render<SessionPage>(p => p.Add(each => each.Id, "abc"));
        Assert.NotNull(page.Find(".dist-view"));
        Assert.NotNull(SessionPanes.Of(WithHistogram()).GetProperty(nameof(DistributionView.Session)));
    }

    private protected override SessionDetails Session(SessionState state) => WithHistogram(state);

    private static SessionDetails WithHistogram(SessionState state = SessionState.Running) =>
        Some.Session(state: state, command: "argdist -H 'r::vfs_read()'") with
        {
            Distributions = new DistributionsInfo(
                [
                    new DistributionInfo("r::vfs_read()", "r::vfs_read()", [],
                        new HistogramInfo(new RowColumn("latency", "$latency", "u64", IsNumber: true), "ns", IsSigned: false, null), [0]),
                ],
                Cumulative: false, Top: null),
        };
}
