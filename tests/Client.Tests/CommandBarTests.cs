using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class CommandBarTests : ClientTest
{
    private static readonly SpecProblem UnknownEvent =
        new(8, 10, "There is no tracepoint 'sched_fork' in 'sched'.", "did you mean 'sched_process_fork'?");

    [Fact]
    public void Enter_runs_the_command_and_opens_its_session()
    {
        var bar = Render<CommandBar>();
        Type(bar, "c:str*");
        bar.Find("form").Submit();
        Assert.Equal(["c:str*"], Sessions.Started);
        Assert.EndsWith("/s/abc", Address);
    }

    [Fact]
    public void Nothing_runs_without_a_command()
    {
        var bar = Render<CommandBar>();
        Type(bar, "  ");
        bar.Find("form").Submit();
        Assert.Empty(Sessions.Started);
    }

    [Fact]
    public void A_problem_shows_the_text_with_the_fault_marked_and_a_caret_under_it()
    {
        Sessions.StartAnswer = new StartResult(null, [UnknownEvent]);
        var bar = Run("t:sched:sched_fork");
        Assert.Equal("sched_fork", bar.Find("mark").TextContent);
        Assert.Equal("t:sched:sched_fork\n        ^~~~~~~~~~", bar.Find(".problem-text").TextContent);
        Assert.Equal("There is no tracepoint 'sched_fork' in 'sched'.", bar.Find(".problem-message").TextContent);
        Assert.Contains("did you mean", bar.Find(".problem-hint").TextContent);
        Assert.DoesNotContain("/s/", Address);
    }

    [Fact]
    public void Using_the_suggestion_replaces_the_fault()
    {
        Sessions.StartAnswer = new StartResult(null, [UnknownEvent]);
        var bar = Run("t:sched:sched_fork -d 1");
        bar.Find(".problem-hint button").Click();
        Assert.Equal("t:sched:sched_process_fork -d 1", bar.Find("#command").GetAttribute("value"));
    }

    [Fact]
    public void A_limit_is_told_as_a_sentence_with_what_to_do()
    {
        Sessions.StartAnswer = new StartResult(null, [], "8 sessions are running or being detached, which is the limit.", "Stop one of them.");
        var alert = Run("c:str*").Find("[role=alert]");
        Assert.Contains("8 sessions are running or being detached, which is the limit.", alert.TextContent);
        Assert.Contains("Stop one of them.", alert.TextContent);
    }

    [Fact]
    public void Help_shows_the_usage()
    {
        Sessions.StartAnswer = new StartResult(null, [], Help: "usage: funccount [-h] …");
        Assert.Equal("usage: funccount [-h] …", Run("-h").Find(".usage").TextContent);
    }

    [Fact]
    public void Typing_is_checked_after_a_pause_and_only_the_last_text()
    {
        Sessions.CheckAnswer = new SpecCheck([], "funccount c:str*", 62, [new("strlen", "IFUNC")], [], null, null);
        var bar = Render<CommandBar>();
        Type(bar, "c:st");
        Time.Pass(TimeSpan.FromMilliseconds(200));
        Type(bar, "c:str*");
        Time.Pass(TimeSpan.FromMilliseconds(299));
        Assert.Empty(Sessions.Checked);
        Time.Pass(TimeSpan.FromMilliseconds(1));
        bar.WaitForAssertion(() => Assert.Contains("would count 62 rows, 1 skipped", bar.Find(".check").TextContent));
        Assert.Equal(["c:str*"], Sessions.Checked);
    }

    [Fact]
    public void A_problem_found_while_typing_is_shown_quietly()
    {
        Sessions.CheckAnswer = new SpecCheck([UnknownEvent], null, 0, [], [], null, null);
        var bar = Render<CommandBar>();
        Type(bar, "t:sched:sched_fork");
        Time.Pass(TimeSpan.FromMilliseconds(300));
        bar.WaitForAssertion(() => Assert.NotNull(bar.Find(".quiet-problem mark")));
    }

    [Fact]
    public void An_example_is_taken_over_as_it_stands()
    {
        var bar = Render<CommandBar>();
        bar.FindAll(".chip").Single(chip => chip.TextContent == "-r 'c:(write|read)$'").Click();
        Assert.Equal("-r 'c:(write|read)$'", bar.Find("#command").GetAttribute("value"));
        Assert.Empty(Sessions.Started);
    }

    [Fact]
    public void Markup_in_a_command_stays_text()
    {
        Sessions.StartAnswer = new StartResult(null, [new SpecProblem(2, 25, "No <b>such</b> function.", null)]);
        var bar = Run("c:<script>alert(1)</script>");
        Assert.Empty(bar.FindAll("script, b"));
        Assert.Equal("<script>alert(1)</script>", bar.Find("mark").TextContent);
    }

    [Fact]
    public void A_session_to_run_again_comes_with_its_command()
    {
        var bar = Render<CommandBar>(p => p.Add(b => b.Initial, "funccount -i 1 c:str*"));
        Assert.Equal("funccount -i 1 c:str*", bar.Find("#command").GetAttribute("value"));
    }

    [Fact]
    public void A_command_that_comes_with_the_address_is_checked_at_once()
    {
        Sessions.CheckAnswer = new SpecCheck([UnknownEvent], null, 0, [], [], null, null);
        var bar = Render<CommandBar>(p => p.Add(b => b.Initial, "t:sched:sched_fork"));
        Assert.Equal(["t:sched:sched_fork"], Sessions.Checked);
        Assert.Equal("sched_fork", bar.Find("mark").TextContent);
    }

    [Fact]
    public void A_fault_is_brought_into_sight_once_for_each_text()
    {
        var module = JSInterop.SetupModule("./js/fault.js");
        module.Mode = JSRuntimeMode.Loose;
        Sessions.StartAnswer = new StartResult(null, [UnknownEvent]);
        var bar = Run("t:sched:sched_fork");
        bar.Render();
        Assert.Single(module.Invocations["reveal"]);
        bar.Find("form").Submit();
        Type(bar, "t:sched:sched_forks");
        bar.Find("form").Submit();
        Assert.Equal(2, module.Invocations["reveal"].Count);
    }

    private static void Type(IRenderedComponent<CommandBar> bar, string text) => bar.Find("#command").Input(text);

    private IRenderedComponent<CommandBar> Run(string command)
    {
        var bar = Render<CommandBar>();
        Type(bar, command);
        bar.Find("form").Submit();
        return bar;
    }
}
