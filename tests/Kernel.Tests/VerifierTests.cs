using System.Globalization;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Kernel.Tests;

/// <summary>The verifier reads our programs as we print them.</summary>
public sealed partial class VerifierTests
{
    [Theory]
    [InlineData("-p 1 -c 0 t:syscalls:sys_enter_*")]
    [InlineData("-p 1 t:syscalls:sys_exit_*")]
    [InlineData("-p 1 t:sched:*")]
    [InlineData("-c 0 c:malloc")]
    [InlineData("stackcount -p 1 -c 0 t:syscalls:sys_enter_*")]
    [InlineData("stackcount --by thread,cpu t:syscalls:sys_exit_*")]
    [InlineData("stackcount -K t:sched:*")]
    [InlineData("stackcount -U -p 1 c:malloc")]
    [InlineData("stackcount c:malloc")]
    [InlineData("stackcount profile:99hz")]
    [InlineData("stackcount 'c:write(int fd, char *text) (fd == 1 && text == \"x\")'")]
    [InlineData("stackcount 'r:c:read(int fd) ($entry(fd) == 1 && $latency > 1000)'")]
    [InlineData("stackcount 'r:c:read(int fd) ($entry(fd) == 1)'")]
    [InlineData("stackcount -p 1 -K 'r:c:read ($latency > 1000)'")]
    [InlineData("stackcount -K 't:syscalls:sys_enter_write (args->fd == 1)'")]
    public void The_verifiers_log_lists_the_lines_of_our_listing(string command)
    {
        var image = Counting.Compile(command).Image!; // Compile fails the test unless there is an image.
        var maps = image.Maps.Select(BpfMap.Create).ToList();
        var ways = image.Groups.SelectMany(group => group.Alternatives).Where(CanBeLoaded).ToList();
        Assert.NotEmpty(ways);
        foreach (var program in ways.SelectMany(way => new[] { way.Entry, way.Program }).OfType<BpfProgramImage>())
        {
            using var loaded = BpfProgram.Load(program, maps, null, 0, logLevel: 2, out var log);
            var verified = VerifiedLines(log).Select(Comparable).ToHashSet();
            var listed = Disassembler.Listing(program.Instructions).TrimEnd().Split('\n').Select(Comparable);
            Assert.All(listed, line => Assert.Contains(line, verified));
        }

        maps.ForEach(map => map.Dispose());
    }

    /// <summary>It was 50 times and more as long when the verifier walked through each of the 127 frames.</summary>
    [Theory]
    [InlineData("stackcount t:syscalls:sys_enter_*")]
    [InlineData("stackcount c:malloc")]
    [InlineData("stackcount profile:99hz")]
    public void Tables_do_not_keep_the_verifier_busy(string command)
    {
        const uint instructions = 1;
        var log = LogOfUnwinding(command, instructions);
        Assert.InRange(int.Parse(Processed().Match(log).Groups[1].Value, CultureInfo.InvariantCulture), 1, 20_000);
    }

    /// <summary>With 64 bytes and more, threads at a user probe may share a stack: see UnwindState.</summary>
    [Theory]
    [InlineData("stackcount t:syscalls:sys_enter_*")]
    [InlineData("stackcount c:malloc")]
    [InlineData("stackcount profile:99hz")]
    public void No_program_takes_so_much_stack_that_it_gets_one_of_its_CPU(string command)
    {
        const uint statistics = 4;
        var depths = StackDepths().Matches(LogOfUnwinding(command, statistics))
            .SelectMany(found => found.Groups[1].Value.Split('+'))
            .Select(depth => int.Parse(depth, CultureInfo.InvariantCulture))
            .ToList();
        Assert.NotEmpty(depths);

        // Our 48, and 24 that the kernel adds afterwards when it puts the loop of bpf_loop into the program.
        Assert.All(depths, depth => Assert.InRange(depth, 1, 48 + 24));
    }

    [Fact]
    public void A_rejection_carries_the_verifiers_own_words()
    {
        var image = new BpfProgramImage("broken", ProgramType.RawTracepoint, AttachType.None, [Exit()]);
        var rejected = Assert.Throws<BpfException>(() => BpfProgram.Load(image, []));
        // "R0 !read_ok" until Linux 7.
        Assert.Contains("R0", rejected.Message, StringComparison.Ordinal);
        Assert.Contains(VerifierLog.Summary(rejected.VerifierLog), rejected.Message, StringComparison.Ordinal);
    }

    /// <summary>The verifier's log about the first program of a command that unwinds and that this kernel takes.</summary>
    private static string LogOfUnwinding(string command, uint logLevel)
    {
        var image = Counting.Compile(command).Image!; // Compile fails the test unless there is an image.
        var maps = image.Maps.Select(BpfMap.Create).ToList();
        try
        {
            var program = image.Groups[0].Alternatives.First(way => way.Program.Unwinds && CanBeLoaded(way)).Program;
            using var loaded = BpfProgram.Load(program, maps, null, 0, logLevel, out var log);
            return log;
        }
        finally
        {
            maps.ForEach(map => map.Dispose());
        }
    }

    /// <summary>Before Linux 6.10 a raw tracepoint's program may not ask for a cookie; fentry names its function.</summary>
    private static bool CanBeLoaded(Alternative way) =>
        way.Mechanism is AttachMechanism.TracingTracepoint or AttachMechanism.CpuClock
        || Abilities.Of(way.Mechanism.Describe()).Problem is null;

    /// <summary>
    /// The different lines <c>12: (79) r0 = *(u64 *)(r6 +136)   ; R0_w=scalar() R6_w=…</c> without what follows the
    /// semicolon. A log may have many megabytes, so nothing is copied that is there already.
    /// </summary>
    private static HashSet<string> VerifiedLines(string log)
    {
        var lines = new HashSet<string>();
        var known = lines.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in log.AsSpan().EnumerateLines())
        {
            if (!line.IsEmpty && char.IsAsciiDigit(line[0]))
            {
                var end = line.IndexOf(';');
                known.Add((end < 0 ? line : line[..end]).TrimEnd());
            }
        }

        return lines;
    }

    /// <summary>
    /// Addresses of maps are the kernel's secret, and its own functions have other numbers in each, so they are left out of
    /// the comparison.
    /// </summary>
    private static string Comparable(string line) => KfuncNumber().Replace(MapValue().Replace(line, "$1 = map"), "$1");

    /// <summary>"stack depth 72+32", and since Linux 7 a line for each "subprog 0 (stack) main … stack 72".</summary>
    [GeneratedRegex(@"^(?:stack depth|subprog .* stack) (\d[\d+]*)\r?$", RegexOptions.Multiline)]
    private static partial Regex StackDepths();

    [GeneratedRegex(@"^processed (\d+) insns", RegexOptions.Multiline)]
    private static partial Regex Processed();

    [GeneratedRegex(@"^(.* call bpf_session_\w+)#\d+$")]
    private static partial Regex KfuncNumber();

    [GeneratedRegex(@"(\(18\) r\d+) = .*$")]
    private static partial Regex MapValue();
}
