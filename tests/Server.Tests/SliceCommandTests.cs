using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Tests;

namespace BpfDashboard.Server.Tests;

/// <summary>Commands that show the events of a part of a distribution. Each must compile.</summary>
public sealed class SliceCommandTests
{
    [Fact]
    public void A_tuple_is_a_condition_for_each_of_its_values()
    {
        var scripted = new ScriptedDistributions("argdist -p 1442 -z 20 -C 'p:c:write(int fd, char *b):int,char*:fd,b:fd>0'");
        scripted.Count(0, 1, 3, "a\"b\n");
        Assert.Equal(
            """trace -p 1442 -Z 20 'c:write(int fd, char *b) (fd > 0 && (int)fd == 3 && b == "a\"b\n") "%v %v", fd, b'""",
            Commands(scripted, new SliceQuery(0, 0, null, null))[0].Command);
        Assert.Equal(
            """stackcount -p 1442 'c:write(int fd, char *b) (fd > 0 && (int)fd == 3 && b == "a\"b\n")'""",
            Callers(scripted, new SliceQuery(0, 0, null, null)));
    }

    [Fact]
    public void Buckets_are_a_range_of_values()
    {
        var scripted = new ScriptedDistributions("argdist -H 'r:c:write(int fd):int,u64:$entry(fd),$latency/1000'");
        scripted.Measure(0, 100, 1, 7);
        Assert.Equal(
            """trace -K -U 'r:c:write(int fd) ((int)$entry(fd) == 7 && (u64)($latency / 1000) >= 96 && (u64)($latency / 1000) <= 111) "%v %v", $entry(fd), $latency / 1000'""",
            Commands(scripted, new SliceQuery(0, 0, 36, 37))[1].Command);
        Assert.Equal(
            """stackcount 'r:c:write(int fd) ((int)$entry(fd) == 7 && (u64)($latency / 1000) >= 96 && (u64)($latency / 1000) <= 111)'""",
            Callers(scripted, new SliceQuery(0, 0, 36, 37)));
    }

    [Fact]
    public void Keys_that_are_hidden_are_left_out_by_their_values()
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write(int fd, char *b):int,char*:fd,b:fd>0'");
        scripted.Count(0, 1, 3, "x");
        scripted.Count(0, 1, 4, "y");
        Assert.Equal(
            """trace 'c:write(int fd, char *b) (fd > 0 && !((int)fd == 3 && b == "x") && !((int)fd == 4 && b == "y")) "%v %v", fd, b'""",
            Commands(scripted, new SliceQuery(0, null, null, null, [0, 1]))[0].Command);
        Assert.Equal(
            """stackcount 'c:write(int fd, char *b) (fd > 0 && !((int)fd == 3 && b == "x"))'""",
            Callers(scripted, new SliceQuery(0, null, null, null, [0])));
        Assert.DoesNotContain("!", Callers(scripted, new SliceQuery(0, 1, null, null, [0])), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_only_argdist_has_are_those_of_trace()
    {
        var scripted = new ScriptedDistributions("argdist -t 5 -C 'p:c:write():int:$PID:$PID != 4'");
        scripted.Count(0, 1, 8);
        Assert.Equal("""trace -L 5 'c:write ($tgid != 4 && (int)$tgid == 8) "%v", $tgid'""", Commands(scripted, new SliceQuery(0, 0, null, null))[0].Command);
        Assert.Equal(
            "stackcount 'c:write ($tgid != 4 && (int)$tgid == 8 && $tid == 5)'", Callers(scripted, new SliceQuery(0, 0, null, null)));
    }

    [Theory]
    [InlineData("argdist -C 'r:c:write()'", "stackcount 'r:c:write ((int)retval == 3)'")]
    [InlineData("argdist -p 1442 -C 't:syscalls:sys_enter_read():int:args->fd'", "stackcount -p 1442 't:syscalls:sys_enter_read ((int)args->fd == 3)'")]
    public void A_value_of_a_return_or_a_field_is_a_condition_of_stackcount_too(string command, string callers)
    {
        var scripted = new ScriptedDistributions(command);
        scripted.Count(0, 1, 3);
        Assert.Equal(callers, Callers(scripted, new SliceQuery(0, 0, null, null)));
    }

    [Theory]
    [InlineData("argdist -t 5 -H 'r:c:write():u64:$latency'", "stackcount 'c:write ($tid == 5)'")]
    [InlineData("argdist -H 'r:c:write():u64:$latency'", "stackcount c:write")]
    public void All_returns_are_all_calls(string command, string callers)
    {
        var scripted = new ScriptedDistributions(command);
        scripted.Measure(0, 100, 1);
        Assert.Equal(callers, Callers(scripted, new SliceQuery(0, null, null, null)));
    }

    [Theory]
    [InlineData("p:c:write(int fd, long n)::n&3", "(n & 3) == 3")]
    [InlineData("p:c:write(int fd, long n)::fd<0?n:7", "(fd < 0 ? n : 7) == 3")]
    [InlineData("p:c:write(int fd, long n)::n:fd>0||n>0", "(fd > 0 || n > 0) && n == 3")]
    [InlineData("p:c:write(int fd, long n):u8:n+1:n?fd:0", "(n ? fd : 0) && (u8)(n + 1) == 3")]
    [InlineData("p:c:write(int fd, char *b)::fd:STRCMP(\"$PID\", b) && $PID", "STRCMP(\"$PID\", b) && $tgid && fd == 3")]
    public void What_is_asked_in_a_slice_is_what_the_specifier_asks(string specifier, string condition)
    {
        var scripted = new ScriptedDistributions($"argdist -C '{specifier}'");
        scripted.Count(0, 1, 3);
        Assert.EndsWith($" ({condition})'", Callers(scripted, new SliceQuery(0, 0, null, null)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abcde", "b == \"abcde\"")]
    [InlineData("abcdef", "b == \"abcdef\"")]
    [InlineData("abcdefg", "b startswith \"abcdefg\"")]
    public void A_text_that_fills_its_room_may_have_been_longer(string text, string condition)
    {
        var scripted = new ScriptedDistributions("argdist -z 8 -C 'p:c:write(int fd, char *b):char*:b'");
        scripted.Count(0, 1, text);
        Assert.EndsWith($" ({condition})'", Callers(scripted, new SliceQuery(0, 0, null, null)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("u64", 0, 0, "(u64)n == 0")]
    [InlineData("u64", 0, 3, "(u64)n <= 3")]
    [InlineData("u64", null, 3, "(u64)n <= 3")]
    [InlineData("u64", 495, 495, "(u64)n >= 17293822569102704640")]
    [InlineData("s64", -488, -488, "(s64)n == -9223372036854775808")]
    [InlineData("s64", -488, -1, "(s64)n <= -1")]
    [InlineData("u8", 16, 16, "(u8)n >= 16 && (u8)n <= 17")]
    public void No_more_is_said_of_buckets_than_there_is_to_say(string type, int? from, int? to, string condition)
    {
        var scripted = new ScriptedDistributions($"argdist -H 'p:c:write(int fd, long n):{type}:n'");
        scripted.Measure(0, 1, 1);
        Assert.EndsWith($" ({condition})'", Callers(scripted, new SliceQuery(0, 0, from, to)), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_buckets_end_where_the_type_does()
    {
        var scripted = new ScriptedDistributions("argdist --linear -5,5,3 -H 'p:c:write(int fd, long n):u64:n'");
        scripted.Measure(0, 1, 1);
        Assert.EndsWith(" ((u64)n == 0)'", Callers(scripted, new SliceQuery(0, 0, 2, 2)), StringComparison.Ordinal);
        Assert.EndsWith(" ((u64)n >= 5)'", Callers(scripted, new SliceQuery(0, 0, 5, 5)), StringComparison.Ordinal);
        Assert.Equal("no u64 is in these buckets", Commands(scripted, new SliceQuery(0, 0, 0, 0))[0].Problem);
    }

    [Fact]
    public void Without_conditions_stackcount_shows_who_calls()
    {
        var scripted = new ScriptedDistributions("argdist -p 1442 -C 'p:c:write()'");
        scripted.Count(0, 3);
        Assert.Equal(["trace -p 1442 c:write", "trace -p 1442 -K -U c:write", "stackcount -p 1442 c:write"],
            Commands(scripted, new SliceQuery(0, 0, null, null)).Select(command => command.Command));
    }

    [Fact]
    public void What_could_not_be_read_is_no_condition()
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write(int fd, char *b):char*:b'");
        scripted.Count(0, 3, [null]);
        scripted.Tick();
        Assert.All(
            SliceCommands.Of(scripted.Bound, scripted.Definitions, new SliceQuery(0, 0, null, null)),
            command => Assert.Equal(("", "'b' could not be read there, and that is no condition"), (command.Command, command.Problem)));
    }

    [Fact]
    public void Nothing_is_left_of_calls_that_are_hidden()
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write()'");
        scripted.Count(0, 3);
        Assert.All(
            Commands(scripted, new SliceQuery(0, null, null, null, [0])),
            command => Assert.Equal(("", "all of it is hidden"), (command.Command, command.Problem)));
    }

    [Theory]
    [InlineData(1, null, "Distributions are numbered from 0 to 0.")]
    [InlineData(0, 7, "There is no such key.")]
    public void A_slice_of_nothing_is_refused(int distribution, int? key, string problem) => Assert.Equal(
        problem, new ScriptedDistributions("argdist -C 'p:c:write()'").Recording.WhyNot(new SliceQuery(distribution, key, null, null)));

    [Theory]
    [InlineData("", int.MinValue, null, "Buckets are numbered from -495 to 495.")]
    [InlineData("", null, int.MaxValue, "Buckets are numbered from -495 to 495.")]
    [InlineData("--linear 0,10,5 ", 0, 4, "Buckets are numbered from 0 to 3.")]
    [InlineData("--linear 0,10,5 ", 0, 3, null)]
    [InlineData("", -495, 495, null)]
    public void A_bucket_that_cannot_be_is_refused(string linear, int? from, int? to, string? problem) => Assert.Equal(
        problem,
        new ScriptedDistributions($"argdist {linear}-H 'p:c:write(int fd):int:fd'").Recording.WhyNot(new SliceQuery(0, null, from, to)));

    [Fact]
    public void A_slice_without_what_there_is_not_is_refused() => Assert.Equal(
        "There is no such key.",
        new ScriptedDistributions("argdist -C 'p:c:write()'").Recording.WhyNot(new SliceQuery(0, null, null, null, [7])));

    private static string Callers(ScriptedDistributions scripted, SliceQuery query) =>
        Commands(scripted, query).Single(command => command.Label == "Who calls it").Command;

    private static IReadOnlyList<SliceCommand> Commands(ScriptedDistributions scripted, SliceQuery query)
    {
        scripted.Tick();
        var commands = SliceCommands.Of(scripted.Bound, scripted.Definitions, query);
        Assert.All(commands.Where(command => command.Command.Length > 0), command =>
        {
            var compiled = SpecCompiler.Compile(command.Command, new FakeKernelCatalog());
            Assert.Empty(compiled.Diagnostics.Select(problem => problem.Render(command.Command)));
        });
        return commands;
    }
}
