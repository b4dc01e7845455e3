using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Client.Tests.Fakes;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class SessionListTests : ClientTest
{
    [Fact]
    public void Without_sessions_it_teaches_how_to_start_one()
    {
        var empty = Render<SessionList>().Find(".empty");
        Assert.Contains("No sessions yet.", empty.TextContent);
        Assert.Contains("t:sched:*", empty.TextContent);
    }

    [Fact]
    public void Running_sessions_come_first_and_newest_first_among_their_kind()
    {
        Sessions.Known.AddRange([
            Some.Session("newest", SessionState.Failed), Some.Session("newer"), Some.Session("older", SessionState.Finished),
            Some.Session("oldest", SessionState.Stopping)]);
        var links = Render<SessionList>().FindAll("a").Select(link => link.GetAttribute("href"));
        Assert.Equal(["s/newer", "s/oldest", "s/newest", "s/older"], links);
    }

    [Fact]
    public void A_row_tells_state_time_count_and_viewers_in_words_and_figures()
    {
        Sessions.Known.Add(Some.Session(state: SessionState.Finished, endReason: "Stopped.", elapsedMs: 4210));
        var cells = Render<SessionList>().FindAll("td").Select(cell => cell.TextContent.Trim()).ToArray();
        Assert.Equal("finished", cells[0]);
        Assert.Contains("funccount c:str*", cells[1]);
        Assert.Contains("Stopped.", cells[1]);
        Assert.Equal(["just now", "4.2 s", "1,234,567", "2"], cells[2..]);
    }

    [Fact]
    public void When_a_session_started_is_told_by_its_age_and_passes_by_itself()
    {
        Sessions.Known.Add(Some.Session(state: SessionState.Finished));
        var list = Render<SessionList>();
        Assert.Equal("1970-01-01 00:00:00 UTC", list.Find("time").GetAttribute("title"));
        Assert.Equal("1970-01-01T00:00:00.0000000Z", list.Find("time").GetAttribute("datetime"));
        Time.Pass(TimeSpan.FromMinutes(2));
        list.WaitForAssertion(() => Assert.Equal("2 min ago", list.Find("time").TextContent));
    }

    [Fact]
    public void While_attaching_no_time_is_shown_since_none_passes()
    {
        Sessions.Known.Add(Some.Session(state: SessionState.Starting, elapsedMs: 0));
        Assert.Equal("", Render<SessionList>().Find("td.session-elapsed").TextContent);
    }

    [Fact]
    public void A_command_that_turns_the_direction_of_writing_is_shown_escaped()
    {
        Sessions.Known.Add(Some.Session(command: "funccount /tmp/\u202eexe.so:f"));
        Assert.Equal("funccount /tmp/\\u202eexe.so:f", Render<SessionList>().Find("code").TextContent);
    }

    [Fact]
    public void A_session_started_elsewhere_appears()
    {
        var list = Render<SessionList>();
        Sessions.Add(Some.Session("new"));
        list.WaitForAssertion(() => Assert.Equal("s/new", list.Find("a").GetAttribute("href")));
    }

    [Fact]
    public void Numbers_of_running_sessions_move_once_a_second()
    {
        Sessions.Known.Add(Some.Session(elapsedMs: 4000));
        var list = Render<SessionList>();
        Sessions.Known[0] = Some.Session(elapsedMs: 5000);
        Time.Pass(TimeSpan.FromSeconds(1));
        list.WaitForAssertion(() => Assert.Contains("5 s", list.Markup));
    }

    [Fact]
    public void A_hostile_command_stays_text()
    {
        Sessions.Known.Add(Some.Session(command: "funccount '<img src=x onerror=alert(1)>'"));
        var list = Render<SessionList>();
        Assert.Empty(list.FindAll("img"));
        Assert.Contains("<img src=x", list.Find("code").TextContent);
    }

    [Fact]
    public async Task Leaving_the_page_leaves_no_timer_behind()
    {
        Render<SessionList>();
        Assert.Equal(1, Time.Timers);
        await DisposeComponentsAsync();
        Assert.Equal(0, Time.Timers);
    }
}
