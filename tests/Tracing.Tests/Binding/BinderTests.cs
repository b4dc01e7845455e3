using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class BinderTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_command_gives_the_rows_or_the_messages_of_its_case_file(string name) =>
        Golden.Check(name, text => Render(text, new FakeKernelCatalog()));

    /// <summary>The corpus must bind, whatever is written in its files; FC-19 names a tracepoint that never was.</summary>
    [Fact]
    public void Every_line_of_the_funccount_corpus_binds() => Assert.All(Golden.Corpus("FC-", lines: 27), line => Assert.Equal(
        line.Name is "FC-19", Render(line.Input, new FakeKernelCatalog()).Contains("error:")));

    /// <summary>
    /// SC-09 asks a shell for the process, SC-29 wants a USDT probe that this libc was built without, SC-31 names a
    /// tracepoint that never was.
    /// </summary>
    [Fact]
    public void Every_line_of_the_stackcount_corpus_binds() => Assert.All(Golden.Corpus("SC-", lines: 35), line => Assert.Equal(
        line.Name is "SC-09" or "SC-29" or "SC-31", Render(line.Input, new FakeKernelCatalog()).Contains("error:")));

    [Fact]
    public void Slots_have_no_gaps_and_every_probe_has_a_row()
    {
        var spec = Bind("c:*", new FakeKernelCatalog(), []);
        Assert.NotNull(spec);
        Assert.Equal(Enumerable.Range(0, spec.Targets.Count), spec.Targets.Select(target => target.Slot));
        Assert.Equal(Enumerable.Range(0, spec.Targets.Count), spec.Probes.Select(probe => probe.Slot).Distinct().Order());
    }

    [Fact]
    public void Each_distinct_offset_is_probed_once()
    {
        var probes = Bind("c:*", new FakeKernelCatalog(), [])?.Probes;
        var offsets = probes?.Cast<UserProbe>().Select(probe => probe.FileOffset).ToList();
        Assert.NotNull(offsets);
        Assert.Equal(offsets.Distinct(), offsets);
    }

    [Fact]
    public void More_functions_than_allowed_are_refused()
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(Bind("vfs_*", new FakeKernelCatalog(), diagnostics, maxFunctions: 3));
        Assert.Equal(
            new Diagnostic(new TextSpan(0, 5), "'vfs_*' matches 4 functions; a session probes at most 3",
                "make the pattern narrower"),
            Assert.Single(diagnostics));
        Assert.NotNull(Bind("vfs_*", new FakeKernelCatalog(), [], maxFunctions: 4));
    }

    [Fact]
    public void What_cannot_be_listed_is_said_with_the_reason()
    {
        var catalog = new FakeKernelCatalog
        {
            TracepointsProblem = "tracefs is not mounted",
            KernelFunctionsProblem = "/proc/kallsyms cannot be read",
        };
        Assert.Equal("""
            spec:1:1: error: the kernel's tracepoints are not known
              t:sched:*
              ^~~~~~~~~
            hint: tracefs is not mounted

            """, Render("t:sched:*", catalog));
        Assert.Equal("""
            spec:1:1: error: the kernel's functions are not known
              vfs_read
              ^~~~~~~~
            hint: /proc/kallsyms cannot be read

            """, Render("vfs_read", catalog));
    }

    [Fact]
    public void Hidden_addresses_leave_one_row_per_name()
    {
        var catalog = new FakeKernelCatalog { KernelFunctions = [new("vfs_read", 0), new("vfs_write", 0)] };
        var spec = Bind("vfs_*", catalog, []);
        Assert.Equal(["vfs_read", "vfs_write"], spec?.Targets.Select(target => target.Name) ?? []);
    }

    [Fact]
    public void Help_binds_to_nothing_and_complains_of_nothing()
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(Bind("funccount -h", new FakeKernelCatalog(), diagnostics));
        Assert.Empty(diagnostics);
    }

    private static BoundSpec? Bind(
        string text, IKernelCatalog catalog, List<Diagnostic> diagnostics, int maxFunctions = Binder.DefaultMaxFunctions) =>
        Parser.Parse(text, diagnostics) is { } syntax ? Binder.Bind(syntax, catalog, diagnostics, maxFunctions) : null;

    private static string Render(string text, IKernelCatalog catalog)
    {
        var diagnostics = new List<Diagnostic>();
        return Bind(text, catalog, diagnostics) is { } spec
            ? Print(spec)
            : string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)));
    }

    private static string Print(BoundSpec spec)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Print(spec.Options)}\n");
        foreach (var target in spec.Targets)
        {
            var where = target.Where is null ? "" : $" in {target.Where}";
            var aliases = target.Aliases.Count == 0 ? "" : $" aka {string.Join(" ", target.Aliases)}";
            text.Append(CultureInfo.InvariantCulture, $"{target.Slot} {target.Name}{where}{aliases}\n");
            foreach (var probe in spec.Probes.Where(probe => probe.Slot == target.Slot))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Print(probe)}\n");
            }
        }

        text.AppendJoin("", spec.Skipped.Select(skipped => $"skipped {skipped.Name}: {skipped.Reason}\n"));
        text.AppendJoin("", spec.Notes.Select(note => $"note: {note}\n"));
        return text.ToString();
    }

    private static string Print(SessionOptions options) => string.Join(' ', new[]
    {
        "session",
        options.Pid is { } pid ? $"pid={pid}" : "",
        options.Cpu is { } cpu ? $"cpu={cpu}" : "",
        options.Interval is { } interval ? $"interval={interval.TotalSeconds}s" : "",
        options.Duration is { } duration ? $"duration={duration.TotalSeconds}s" : "",
        options.Timestamps ? "timestamps" : "",
        options.ShowProgram ? "program" : "",
        options.Stacks is { } stacks ? Print(stacks) : "",
    }.Where(part => part.Length > 0));

    private static string Print(StackOptions stacks) => string.Join(' ', new[]
    {
        stacks switch
        {
            { Kernel: true, User: true } => "both-stacks",
            { Kernel: true } => "kernel-stacks",
            { User: true } => "user-stacks",
            _ => "no-stacks",
        },
        stacks.PerProcess ? "per-process" : "",
        stacks.ByThread ? "by-thread" : "",
        stacks.ByCpu ? "by-cpu" : "",
        stacks.Offsets ? "offsets" : "",
        stacks.Addresses ? "addresses" : "",
        stacks.Delimited ? "delimited" : "",
        stacks.Folded ? "folded" : "",
    }.Where(part => part.Length > 0));

    private static string Print(BoundProbe probe) => probe switch
    {
        KernelFunctionProbe p => $"kernel {p.Name} 0x{p.Address:x}{(p.Module is null ? "" : $" [{p.Module}]")}",
        UserProbe { SemaphoreOffset: 0 } p => $"user {p.Path}+0x{p.FileOffset:x}",
        UserProbe p => $"user {p.Path}+0x{p.FileOffset:x} semaphore 0x{p.SemaphoreOffset:x}",
        SyscallProbe p => $"syscall {p.Number} {(p.IsExit ? "exit" : "enter")} {p.Event} {p.Id}",
        TracepointProbe p => $"tracepoint {p.Category}:{p.Event} {p.Id}",
        ProfileProbe p => $"profile {p.Hertz} Hz",
        _ => probe.ToString(),
    };
}
