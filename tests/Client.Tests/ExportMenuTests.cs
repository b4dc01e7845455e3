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

    /// <summary>The script that reads the chosen stretch of time finds these, and unhides one.</summary>
    [Fact]
    public void The_menu_says_that_the_whole_session_is_exported_until_a_stretch_of_time_is_chosen()
    {
        var menu = Menu(Some.Session());
        Assert.NotNull(menu.Find("details[data-export]"));
        Assert.Equal("Whole session", menu.Find("[data-scope-note]").TextContent);
        Assert.True(menu.Find("fieldset[data-scope]").HasAttribute("hidden"));
        Assert.True(menu.Find("[value=range]").HasAttribute("checked"));
        Assert.Equal("", menu.Find("[data-scope-range]").TextContent);
    }

    private IEnumerable<string> Labels(SessionDetails session) => Menu(session).FindAll("a").Select(link => link.TextContent);

    private IRenderedComponent<ExportMenu> Menu(SessionDetails session)
    {
        Sessions.Add(session);
        return Render<ExportMenu>(parameters => parameters.Add(menu => menu.SessionId, session.Summary.Id));
    }
}
