using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class HostTests : ClientTest
{
    [Fact]
    public void Missing_capabilities_are_named_with_what_to_do()
    {
        Sessions.Host = Sessions.Host with { MissingCapabilities = ["CAP_BPF", "CAP_PERFMON"] };
        var notice = Render<Home>().Find(".notice-warn");
        Assert.Contains("it lacks CAP_BPF, CAP_PERFMON", notice.TextContent);
        Assert.Contains("sudo ./run", notice.TextContent);
    }

    [Fact]
    public void With_all_capabilities_there_is_no_warning()
    {
        Assert.Empty(Render<Home>().FindAll(".notice"));
    }

    [Fact]
    public void The_strip_counts_what_works_and_gives_the_reason_for_what_does_not()
    {
        Sessions.Host = Sessions.Host with
        {
            Abilities = [new("tracepoints", null), new("kernel functions", "built without CONFIG_KPROBES")],
        };
        var strip = Render<Home>().Find(".host-strip");
        Assert.Contains("web-1 · Linux 6.18 · x86_64 · 1 of 2 abilities work", strip.TextContent);
        Assert.Contains("built without CONFIG_KPROBES", strip.QuerySelectorAll("li")[1].TextContent);
    }

    [Fact]
    public void The_host_page_shows_each_ability_in_words()
    {
        Sessions.Host = Sessions.Host with { Abilities = [new("tracepoints", null), new("kprobes", "none here")] };
        var badges = Render<HostPage>().FindAll(".badge").Select(badge => badge.TextContent);
        Assert.Equal(["works", "not here"], badges);
    }

    [Fact]
    public void A_viewer_is_shown_sessions_but_no_command_bar()
    {
        LogInAs(Roles.Viewer);
        Sessions.Known.Add(Some.Session());
        var home = Render<Home>();
        Assert.Empty(home.FindAll("#command"));
        Assert.Contains("You are here to watch", home.Markup);
        Assert.NotNull(home.Find("a[href='s/abc']"));
    }
}
