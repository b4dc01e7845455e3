using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Interop;
using BpfDashboard.Client.Tests.Fakes;

namespace BpfDashboard.Client.Tests;

/// <summary>The distributions.</summary>
public sealed class DistributionViewTests() : PaneTest<DistributionView>("./js/distribution-view.js", ".dist-view")
{
    [Theory]
    [InlineData(SessionState.Starting, true)]
    [InlineData(SessionState.Running, false)]
    [InlineData(SessionState.Finished, false)]
    public void The_script_is_given_the_session_once(SessionState state, bool attaching)
    {
        var options = OptionsOf<DistributionScript.Options>(Session(state));
        Assert.Equal(
            ("abc", "argdist -H 'r::vfs_read()'", "ns", attaching),
            (options.SessionId, options.Command, options.Info.Distributions[0].Histogram?.Unit, options.Attaching));
    }

    [Fact]
    public void It_hears_of_the_end_of_attaching_and_of_nothing_else() => Assert.Equal([false], UpdateAtTheEndOfAttaching());

    private protected override SessionDetails Session(SessionState state = SessionState.Running) =>
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
