using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class HostTests : ClientTest
{
    private static readonly KindInfo NoKernelFunctions =
        new("kernelFunctions", "kernel functions", "built without kprobes (CONFIG_KPROBES)", null);

    private static readonly KindInfo Tracepoints = new("tracepoints", "tracepoints", null, "raw tracepoint");

    [Fact]
    public void Missing_capabilities_are_named_with_what_to_do()
    {
        Sessions.Host = Sessions.Host with
        {
            MissingPrivileges = [new("CAP_BPF", "every program", true), new("CAP_PERFMON", "every program", true), new("CAP_SYSLOG", "addresses", false)],
        };
        var notice = Render<Home>().Find(".notice-warn");
        Assert.Contains("it lacks CAP_BPF and CAP_PERFMON.", notice.TextContent);
        Assert.Contains("sudo ./run", notice.TextContent);
        Assert.Contains("AmbientCapabilities=CAP_BPF CAP_PERFMON CAP_SYSLOG", notice.TextContent);
    }

    [Fact]
    public void A_server_that_lacks_less_is_not_said_to_be_unable_to_trace()
    {
        Sessions.Host = Sessions.Host with { MissingPrivileges = [new("CAP_SYS_ADMIN", "run statistics", false)] };
        var home = Render<Home>();
        Assert.Empty(home.FindAll(".notice"));
        Assert.Contains("lacks CAP_SYS_ADMIN (for run statistics)", home.Find(".note").TextContent);
    }

    [Fact]
    public void With_all_capabilities_there_is_no_warning()
    {
        Assert.Empty(Render<Home>().FindAll(".notice, .note, .not-here"));
    }

    [Fact]
    public void The_strip_counts_what_works_and_gives_the_reason_for_what_does_not()
    {
        Sessions.Host = Sessions.Host with { Kinds = [NoKernelFunctions, Tracepoints] };
        var strip = Render<Home>().Find(".host-strip");
        Assert.Contains("web-1 · Linux 6.18 · x86_64 · 1 of 2 kinds of targets can be probed", strip.TextContent);
        Assert.Contains("(CONFIG_KPROBES)", strip.QuerySelectorAll("li")[0].TextContent);
        Assert.Contains("by raw tracepoint", strip.QuerySelectorAll("li")[1].TextContent);
    }

    [Fact]
    public void A_kind_that_cannot_work_here_is_said_below_the_command_bar_and_on_its_examples()
    {
        Sessions.Host = Sessions.Host with { Kinds = [NoKernelFunctions, Tracepoints] };
        var home = Render<Home>();
        Assert.Equal("Not here: kernel functions", home.Find(".not-here summary").TextContent);
        Assert.False(home.Find(".not-here").HasAttribute("open"));
        Assert.Equal(
            ["vfs_*", "stackcount -P tcp_sendmsg", "trace 'tcp_connect \"%s port %d\", ntop(sk->sk_daddr), ntohs(sk->sk_dport)'"],
            home.FindAll(".chip-not-here").Select(chip => chip.TextContent));
        var marked = home.FindAll(".chip-not-here")[0];
        Assert.Equal("kernel functions: not here, because built without kprobes (CONFIG_KPROBES)", marked.GetAttribute("title"));
        Assert.Equal(marked.GetAttribute("title"), marked.GetAttribute("aria-description"));
        Assert.Contains(home.FindAll(".chip"), chip => chip.TextContent == "c:str*" && !chip.HasAttribute("title"));
    }

    [Fact]
    public void The_host_page_goes_from_kinds_to_what_can_be_done()
    {
        Sessions.Host = Sessions.Host with
        {
            Kinds = [NoKernelFunctions, Tracepoints],
            Mechanisms = [new("kprobe.multi", "kernel functions", "needs Linux 5.18 with CONFIG_FPROBE", "EOPNOTSUPP")],
            Extras = [new("run statistics", null)],
            Settings = [new("kernel.kptr_restrict", "2", "addresses are hidden")],
            MissingPrivileges = [new("CAP_SYSLOG", "addresses", false)],
            Remedies = [new("tracepoints", "mount tracefs", "sudo mount -t tracefs tracefs /sys/kernel/tracing")],
            Text = "web-1: Linux 6.18",
        };
        var page = Render<HostPage>();
        Assert.Equal(
            ["What can be probed here", "How to get what is missing", "Ways to attach, best first", "What else helps", "Settings of the kernel", "Missing privileges"],
            page.FindAll("h2").Select(title => title.TextContent));
        Assert.Equal(["not here", "works", "not here", "works"], page.FindAll(".badge").Select(badge => badge.TextContent));
        Assert.Contains("(the kernel says: EOPNOTSUPP)", page.Markup);
        Assert.Equal("sudo mount -t tracefs tracefs /sys/kernel/tracing", page.Find("dd code").TextContent);
        Assert.Equal("web-1: Linux 6.18", page.Find(".host-text pre").TextContent);
    }

    [Fact]
    public void Where_all_is_well_the_host_page_has_nothing_to_mend()
    {
        Sessions.Host = Sessions.Host with { Kinds = [Tracepoints] };
        Assert.DoesNotContain("missing", Render<HostPage>().Markup, StringComparison.OrdinalIgnoreCase);
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
