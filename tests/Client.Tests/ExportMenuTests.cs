using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class ExportMenuTests : ClientTest
{
    [Fact]
    public void A_session_of_counts_has_three_formats() =>
        Assert.Equal(["Text, as funccount prints it", "CSV", "JSON"], Labels(Some.Session()));

    [Fact]
    public void A_session_with_stacks_has_those_of_flame_graphs_too() => Assert.Equal(
        [
            "Flame graph, one HTML file", "Text, as stackcount prints it", "Folded stacks, for flamegraph.pl",
            "pprof, for go tool pprof", "speedscope", "CSV", "JSON",
        ],
        Labels(Some.Session() with
        {
            Stacks = new StackInfo(true, true, false, false, false, false, false, false, false, false, Sampled: false, null),
        }));

    private IEnumerable<string> Labels(SessionDetails session)
    {
        Sessions.Add(session);
        var menu = Render<ExportMenu>(parameters => parameters.Add(menu => menu.SessionId, session.Summary.Id));
        return menu.FindAll("a").Select(link => link.TextContent);
    }
}
