using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Pages;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class SessionPageTests : ClientTest
{
    [Fact]
    public void Stop_stops_at_once_and_says_so_until_it_is_detached()
    {
        var page = Open(Some.Session());
        page.Find("button.danger").Click();
        Assert.Equal(["abc"], Sessions.Stopped);
        Assert.True(page.Find("button.danger").HasAttribute("disabled"));
        Assert.Equal("Stopping…", page.Find("button.danger").TextContent.Trim());
        Assert.Equal("stopping", page.Find(".state-line").TextContent.Trim());

        Sessions.Known[0] = Some.Session(state: SessionState.Finished, endReason: "Stopped.");
        Sessions.Detached.SetResult();
        page.WaitForAssertion(() => Assert.Contains("Stopped.", page.Find(".state-line").TextContent));
        Assert.Empty(page.FindAll("button.danger"));
    }

    [Fact]
    public void A_viewer_can_neither_stop_nor_run_again_nor_invite()
    {
        LogInAs(Roles.Viewer);
        var page = Open(Some.Session());
        Assert.Empty(page.FindAll("button.danger"));
        Assert.DoesNotContain("Invite", page.Markup);
        Assert.NotNull(page.Find("a[href='api/v1/sessions/abc/export?format=bcc']"));
        Sessions.Replace(Some.Session(state: SessionState.Finished));
        page.WaitForAssertion(() => Assert.Contains("finished", page.Markup));
        Assert.DoesNotContain("Run again", page.Markup);
    }

    [Fact]
    public void Why_a_session_may_be_silent_is_shown_as_text_with_a_link_that_fills_in_the_form()
    {
        var page = Open(Some.Session());
        Assert.DoesNotContain("Why there may be no hits", page.Markup);
        Sessions.Replace(Some.Session() with
        {
            Explanations = [new("other-definition", "calls lead to <b>\u202elib", "funccount '/a&b.so:f'"), new("no-calls", "nothing", null)],
        });
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".silence li").Count));
        Assert.Empty(page.FindAll(".silence b"));
        Assert.Contains("\\u202elib", page.Find("[data-reason=other-definition] p").TextContent);
        Assert.Equal("./?command=funccount%20%27%2Fa%26b.so%3Af%27", Assert.Single(page.FindAll(".silence a")).GetAttribute("href"));
        Sessions.Replace(Some.Session());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".silence li")));
    }

    [Fact]
    public void A_viewer_is_told_why_but_offered_nothing_to_start()
    {
        LogInAs(Roles.Viewer);
        var page = Open(Some.Session() with { Explanations = [new("static", "it is static", "funccount c:f")] });
        Assert.Contains("funccount c:f", page.Find(".silence code").TextContent);
        Assert.Empty(page.FindAll(".silence a"));
    }

    [Fact]
    public void While_starting_it_shows_how_far_attaching_has_come()
    {
        var page = Open(Some.Session(state: SessionState.Starting) with { AttachMs = null, AttachDone = 20 });
        Assert.Contains("Attaching 20 of 62…", page.Markup);
        Assert.Equal("20", page.Find("progress").GetAttribute("value"));
        Sessions.Replace(Some.Session());
        page.WaitForAssertion(() => Assert.Contains("62 rows attached in 19 ms", page.Markup));
        Assert.Empty(page.FindAll("progress"));
    }

    [Fact]
    public void After_the_end_it_shows_that_probes_are_still_being_detached()
    {
        var finished = Some.Session(state: SessionState.Finished);
        var page = Open(Some.Session());
        Assert.DoesNotContain("detach", page.Markup);
        Sessions.Replace(finished);
        page.WaitForAssertion(() => Assert.Contains("detaching…", page.Markup));
        Sessions.Replace(finished with { DetachMs = 19_000 });
        page.WaitForAssertion(() => Assert.Contains("detached in 19", page.Markup));
        Assert.DoesNotContain("detaching…", page.Markup);
        Sessions.Replace(Some.Session(state: SessionState.Failed) with { AttachMs = null });
        page.WaitForAssertion(() => Assert.DoesNotContain("detach", page.Markup));
    }

    [Fact]
    public void Rows_that_could_not_be_attached_are_not_said_to_be()
    {
        TargetInfo[] targets = [Some.Target(0, "a"), Some.Target(1, "b"), Some.Target(2, "c"), Some.Target(3, "d", null)];
        var session = Some.Session(targets: targets);
        var page = Open(session with { Summary = session.Summary with { TargetCount = 4 } });
        Assert.Contains("3 of 4 rows attached in 19 ms", page.Markup);
    }

    [Theory]
    [InlineData(SessionState.Starting)]
    [InlineData(SessionState.Failed)]
    public void Where_no_time_has_passed_none_is_shown(SessionState state)
    {
        var page = Open(Some.Session(state: state, elapsedMs: 0) with { DurationMs = 10_000 });
        Assert.Empty(page.FindAll(".elapsed"));
        Assert.DoesNotContain("of 10 s", page.Markup);
    }

    [Fact]
    public void What_is_not_seen_in_a_name_is_shown_escaped_but_copied_as_it_is()
    {
        var page = Open(Some.Session(command: "funccount /\u202ex:f") with { Skipped = [new("a\nb", "an IFUNC")] });
        Assert.Equal("funccount /\\u202ex:f", page.Find("h1 code").TextContent);
        Assert.Equal("funccount /\u202ex:f", page.Find("[data-copy]").GetAttribute("data-copy"));
        Assert.Equal("a\\u000ab", page.Find(".skipped code").TextContent);
    }

    [Fact]
    public void Elapsed_time_passes_by_itself_and_ends_with_the_session()
    {
        var page = Open(Some.Session(elapsedMs: 4000));
        Assert.Equal("4 s", page.Find(".elapsed").TextContent);
        Time.Pass(TimeSpan.FromSeconds(62));
        page.WaitForAssertion(() => Assert.Equal("1:06 min", page.Find(".elapsed").TextContent));
        Sessions.Replace(Some.Session(state: SessionState.Finished, elapsedMs: 66_100));
        page.WaitForAssertion(() => Assert.Contains("finished", page.Markup));
        Time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("1:06 min", page.Find(".elapsed").TextContent);
    }

    [Fact]
    public void A_failed_session_says_why()
    {
        var page = Open(Some.Session(state: SessionState.Failed, endReason: "The kernel has no kprobes.") is var failed
            ? failed with { Summary = failed.Summary with { TotalCount = 0 } } : failed);
        Assert.Contains("The kernel has no kprobes.", page.Find("[role=alert]").TextContent);
        Assert.Empty(page.FindAll(".count-table"));
    }

    [Fact]
    public void What_is_not_counted_is_listed_under_its_reason()
    {
        var page = Open(Some.Session() with
        {
            Skipped = [new("strlen", "an IFUNC"), new("vfs_read", "on the kernel's blacklist"), new("strcmp", "an IFUNC")],
        });
        Assert.Contains("3 not counted", page.Find(".skipped summary").TextContent);
        Assert.Equal(["an IFUNC", "on the kernel's blacklist"], page.FindAll(".skipped dt").Select(dt => dt.TextContent));
        Assert.Equal(["strlen", "strcmp", "vfs_read"], page.FindAll(".skipped code").Select(code => code.TextContent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_program_is_open_when_the_command_asked_for_it(bool asked)
    {
        var page = Open(Some.Session() with { Listing = "r0 = 0\nexit", ShowListing = asked });
        Assert.Equal(asked, page.Find(".listing").HasAttribute("open"));
        Assert.Equal("r0 = 0\nexit", page.Find(".listing pre").TextContent);
    }

    [Fact]
    public void An_unknown_session_gets_a_friendly_page()
    {
        var page = Render<SessionPage>(p => p.Add(s => s.Id, "gone"));
        Assert.Contains("not known here", page.Find("h1").TextContent);
        Assert.Equal("./", page.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void A_finished_session_offers_to_run_again()
    {
        var page = Open(Some.Session(state: SessionState.Finished, command: "funccount -r 'c:(write|read)$'"));
        var href = page.FindAll("a").Single(link => link.TextContent == "Run again").GetAttribute("href");
        Assert.Equal("./?command=funccount%20-r%20%27c%3A%28write%7Cread%29%24%27", href);
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        var page = Open(Some.Session(command: "funccount 'c:<script>alert(1)</script>'") with
        {
            Notes = ["<script>note</script>"],
            Skipped = [new("<script>name</script>", "<b>reason</b>")],
            Listing = "<script>listing</script>",
        });
        Assert.Empty(page.FindAll("script, b"));
        Assert.Equal("funccount 'c:<script>alert(1)</script>'", page.Find("h1 code").TextContent);
    }

    [Fact]
    public void A_session_the_server_forgets_stays_as_it_was_last_seen()
    {
        var page = Open(Some.Session(state: SessionState.Finished));
        Sessions.Known.Clear();
        Sessions.Add(Some.Session("other"));
        Assert.Contains("funccount c:str*", page.Find("h1").TextContent);
    }

    private IRenderedComponent<SessionPage> Open(SessionDetails session)
    {
        Sessions.Known.Insert(0, session);
        return Render<SessionPage>(p => p.Add(s => s.Id, session.Summary.Id));
    }
}
