using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Specs;

public sealed class ParserTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_command_gives_the_tree_or_the_messages_of_its_case_file(string name) =>
        Golden.Check(name, Render);

    /// <summary>The corpus lines must be right, whatever is written in their files.</summary>
    [Fact]
    public void Every_line_of_the_funccount_corpus_parses() => Assert.All(Golden.Corpus("FC-", lines: 27), line =>
        Assert.StartsWith("(funccount", Render(line.Input)));

    /// <summary>SC-09 asks a shell for the process.</summary>
    [Fact]
    public void Every_line_of_the_stackcount_corpus_parses() => Assert.All(Golden.Corpus("SC-", lines: 35), line => Assert.StartsWith(
        line.Name is "SC-09" ? "spec:1:18: error: no other command is run" : "(stackcount", Render(line.Input)));

    [Theory]
    [InlineData("sudo /usr/share/bcc/tools/funccount -i 1 c:pthread_mutex_lock", "funccount -i 1 c:pthread_mutex_lock")]
    [InlineData("funccount-bpfcc -Ti 5 'vfs_*'", "funccount -T -i 5 'vfs_*'")]
    [InlineData("$ funccount vfs_read", "funccount vfs_read")]
    [InlineData("# funccount vfs_read", "funccount vfs_read")]
    [InlineData("❯ funccount vfs_read", "funccount vfs_read")]
    [InlineData("> vfs_read", "funccount vfs_read")]
    [InlineData("% funccount vfs_read", "funccount vfs_read")]
    [InlineData("root@web-1:~# funccount vfs_read", "funccount vfs_read")]
    [InlineData("[root@web-1 ~]# funccount vfs_read", "funccount vfs_read")]
    [InlineData("me@host:/usr/share/bcc$ sudo ./funccount vfs_read", "funccount vfs_read")]
    [InlineData("sudo -E -n funccount vfs_read", "funccount vfs_read")]
    [InlineData("sudo -H -u root -- funccount vfs_read", "funccount vfs_read")]
    [InlineData("sudo -uroot funccount -p 1 vfs_read", "funccount -p 1 vfs_read")]
    [InlineData("sudo --user=root BCC_PROBE_LIMIT=2000 funccount vfs_read", "funccount vfs_read")]
    [InlineData("BCC_PROBE_LIMIT=2000 funccount vfs_read", "funccount vfs_read")]
    [InlineData("sudo env BCC_PROBE_LIMIT=2000 python3 ./tools/funccount.py vfs_read", "funccount vfs_read")]
    [InlineData("env -i A=b funccount vfs_read", "funccount vfs_read")]
    [InlineData("bcc.funccount vfs_read", "funccount vfs_read")]
    [InlineData("-i 1 c:malloc", "funccount -i 1 c:malloc")]
    [InlineData("vfs_* -i 1", "funccount -i 1 'vfs_*'")]
    [InlineData("t:syscalls:sys_enter_*", "funccount 't:syscalls:sys_enter_*'")]
    [InlineData("trace:f", "funccount trace:f")]
    public void What_stands_before_the_tool_is_skipped(string typed, string command) =>
        Assert.Equal(command, Parse(typed).ToString());

    [Theory]
    [InlineData("-Ti 5 f", "-T -i 5 f")]
    [InlineData("-i5 f", "-i 5 f")]
    [InlineData("-Ti5 f", "-T -i 5 f")]
    [InlineData("-i=5 f", "-i 5 f")]
    [InlineData("--interval=5 f", "-i 5 f")]
    [InlineData("--interval 5 f", "-i 5 f")]
    [InlineData("--int 5 f", "-i 5 f")]
    [InlineData("--r f", "-r f")]
    [InlineData("f -i 0.5 -d 2592000", "-i 0.5 -d 2592000 f")]
    [InlineData("-p 1 -i 2 -p 3 f", "-p 1 -i 2 -p 3 f")]
    [InlineData("-T -- f", "-T f")]
    [InlineData("-- -f", "-- -f")]
    [InlineData("f -p 4194304 -c 0", "-p 4194304 -c 0 f")]
    public void Options_are_read_as_argparse_reads_them(string typed, string arguments) =>
        Assert.Equal($"funccount {arguments}", Parse($"funccount {typed}").ToString());

    [Fact]
    public void The_last_of_several_equal_options_counts()
    {
        var command = Parse("funccount -p 1 f --pid=3 -p2");
        Assert.Equal("2", command.Find(OptionId.Pid)?.Value);
        Assert.False(command.Has(OptionId.Cpu));
    }

    [Fact]
    public void Values_have_their_meaning()
    {
        var command = Parse("funccount -p 0185 -i .5 f");
        Assert.Equal(185, OptionValues.ToNumber(command.Find(OptionId.Pid)!)); // given above
        Assert.Equal(TimeSpan.FromMilliseconds(500), OptionValues.ToTime(command.Find(OptionId.Interval)!)); // likewise
    }

    [Theory]
    [InlineData("funccount -h")]
    [InlineData("funccount --help --bogus -p x 'a' 'b' 'c'")]
    [InlineData("sudo funccount-bpfcc -Th")]
    public void Help_makes_everything_else_optional(string typed) =>
        Assert.Equal("funccount -h", Parse(typed).ToString());

    [Fact]
    public void Examples_of_the_usage_parse_and_the_usage_lists_every_option()
    {
        foreach (var tool in ToolDefinitions.All)
        {
            Assert.All(tool.Examples, example => Assert.Equal(tool, Parse(example).Tool));
            Assert.All(tool.Options, option => Assert.Contains(
                option.Letter is { } letter ? $"  -{letter}, --{option.Name} " : $"  --{option.Name} ", tool.Usage()));
        }
    }

    [Fact]
    public void Mistakes_of_one_stage_are_reported_together()
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(Parser.Parse("funccount -p 0 -i x --bogus c: other", diagnostics));
        Assert.Equal(5, diagnostics.Count);
    }

    [Fact]
    public void Mistakes_found_before_are_kept()
    {
        var diagnostics = new List<Diagnostic> { new(default, "before") };
        Assert.NotNull(Parser.Parse("funccount -h -p x", diagnostics));
        Assert.Single(diagnostics);
    }

    [Fact]
    public void Everything_has_a_limit_and_a_message()
    {
        Assert.Equal(
            (4096, 1, "a command has at most 4096 characters"), Only(new string('a', 4097)));
        Assert.Equal(
            (128, 1, "a command has at most 64 words"), Only(string.Concat(Enumerable.Repeat("a ", 65))));
        Assert.Equal(
            (31, 1, "a command has at most 30 options"), Only("-" + new string('T', 31) + " f"));
        Assert.Equal(
            (258, 2, "a pattern has at most 256 characters"), Only("c:" + new string('a', 258)));
        Assert.NotNull(Parse("c:" + new string('a', 256)));
    }

    private static (int Start, int Length, string Message) Only(string text)
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(Parser.Parse(text, diagnostics));
        var only = Assert.Single(diagnostics);
        return (only.Span.Start, only.Span.Length, only.Message);
    }

    private static CommandSyntax Parse(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var command = Parser.Parse(text, diagnostics);
        Assert.Empty(diagnostics.Select(diagnostic => diagnostic.Render(text)));
        Assert.NotNull(command);
        return command;
    }

    private static string Render(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var command = Parser.Parse(text, diagnostics);
        return command is null
            ? string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : SyntaxDump.Print(command, spans: true) + command + "\n";
    }
}
