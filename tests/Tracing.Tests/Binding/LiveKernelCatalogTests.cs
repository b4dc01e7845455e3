using System.Diagnostics;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class LiveKernelCatalogTests
{
    private static readonly LiveKernelCatalog Live = new();

    [Fact]
    public void The_kernel_of_this_machine_has_functions()
    {
        Assert.SkipUnless(Live.KernelFunctionsProblem is null, Live.KernelFunctionsProblem ?? "");
        Assert.True(Live.KernelFunctions.Count > 10_000);
        Assert.Contains(Live.KernelFunctions, function => function is { Name: "vfs_read", WhyNot: null });
        Assert.DoesNotContain(Live.KernelFunctions, function => function.Name.StartsWith("__pfx_", StringComparison.Ordinal));
        Assert.True(Live.PossibleCpus >= Environment.ProcessorCount);
    }

    [Theory]
    [InlineData("c:str*")]
    [InlineData("-r 'c:(write|read)$'")]
    [InlineData("c:memcpy")]
    [InlineData("pthread:pthread_mutex_*")]
    [InlineData("vfs_*")]
    [InlineData("t:syscalls:sys_enter_*")]
    public void Commands_bind_to_what_is_really_there(string command)
    {
        Assert.SkipUnless(Live.KernelFunctionsProblem is null, Live.KernelFunctionsProblem ?? "");
        Assert.SkipUnless(Live.TracepointsProblem is null, Live.TracepointsProblem ?? "");
        var diagnostics = new List<Diagnostic>();
        var syntax = Parser.Parse(command, diagnostics);
        Assert.NotNull(syntax);
        var spec = Binder.Bind(syntax, Live, diagnostics);
        Assert.Empty(diagnostics.Select(diagnostic => diagnostic.Render(command)));
        Assert.True(spec?.Targets.Count >= 2);
        Assert.Equal(spec.Targets.Count, spec.Targets.Select(target => target.Name).Distinct().Count());
    }

    [Fact]
    public void The_modules_of_today_are_read_when_yesterdays_facts_are_old()
    {
        using var folder = new TemporaryFolder();
        folder.Write("proc/kallsyms", "ffffffff81000000 T first\n");
        folder.Write("tracefs/events/sched/sched_switch/id", "1");
        var time = new ManualTime();
        var catalog = new LiveKernelCatalog(
            new HostPaths { Proc = $"{folder.Path}/proc", Tracefs = [$"{folder.Path}/tracefs"] }, time);
        Assert.Single(catalog.KernelFunctions);
        Assert.Single(catalog.Tracepoints);

        folder.Write("proc/kallsyms", "ffffffff81000000 T first\nffffffffc0000000 t second\t[new]\n");
        folder.Write("tracefs/events/sched/sched_wakeup/id", "2");
        time.Now += TimeSpan.FromSeconds(9);
        Assert.Single(catalog.KernelFunctions);
        Assert.Single(catalog.Tracepoints);
        time.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(new KernelFunction("second", 0xffffffffc0000000, "new"), catalog.KernelFunctions[^1]);
        Assert.Equal(2, catalog.Tracepoints.Count);
    }

    [Fact]
    public void What_cannot_be_read_is_empty_with_a_reason()
    {
        using var folder = new TemporaryFolder();
        var catalog = new LiveKernelCatalog(
            new HostPaths { Proc = folder.Path, Tracefs = [folder.Path], PossibleCpus = $"{folder.Path}/none" },
            TimeProvider.System);
        Assert.Empty(catalog.KernelFunctions);
        Assert.StartsWith("/proc/kallsyms cannot be read: ", catalog.KernelFunctionsProblem);
        Assert.StartsWith("tracefs is not mounted", catalog.TracepointsProblem);
        Assert.Equal(1, catalog.PossibleCpus);
        folder.Write("kallsyms", "");
        Assert.Equal("the kernel lists no functions in /proc/kallsyms",
            new LiveKernelCatalog(new HostPaths { Proc = folder.Path }, TimeProvider.System).KernelFunctionsProblem);
    }

    [Fact]
    public void The_list_of_traceable_functions_decides_where_it_can_be_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write("proc/kallsyms", "ffffffff81000000 T yes\nffffffff81000100 T no\n");
        folder.Write("tracefs/available_filter_functions", "yes\n");
        var catalog = new LiveKernelCatalog(
            new HostPaths { Proc = $"{folder.Path}/proc", Tracefs = [$"{folder.Path}/tracefs"] }, TimeProvider.System);
        var usable = catalog.KernelFunctions.Where(function => function.WhyNot is null);
        Assert.Equal(["yes"], usable.Select(function => function.Name));
    }

    [Fact]
    public void A_binary_bears_the_name_by_which_it_was_asked_for()
    {
        using var folder = new TemporaryFolder();
        var libc = Live.FindBinary("c", null).Path ?? "";
        var link = File.CreateSymbolicLink($"{folder.Path}/link", libc).FullName;
        Assert.Equal(libc, Live.ReadBinary(libc).Path);
        Assert.Equal(link, Live.ReadBinary(link).Path);
        Assert.Throws<BinaryFormatException>(() => Live.ReadBinary($"{folder.Path}/none"));
    }

    /// <summary>Prints what reading costs; how long it may take is for the benchmark to say.</summary>
    [Fact]
    public void Reading_the_host_finds_something_of_each_kind()
    {
        Assert.SkipUnless(Live.TracepointsProblem is null, Live.TracepointsProblem ?? "");
        var catalog = new LiveKernelCatalog();
        var output = TestContext.Current.TestOutputHelper;
        Measure("kallsyms", () => catalog.KernelFunctions.Count);
        Measure("tracepoints", () => catalog.Tracepoints.Count);
        Measure("libc", () => catalog.ReadBinary(catalog.FindBinary("c", null).Path ?? "").Functions.Count);

        void Measure(string what, Func<int> read)
        {
            var start = Stopwatch.GetTimestamp();
            var count = read();
            var took = Stopwatch.GetElapsedTime(start);
            output?.WriteLine($"{what}: {count} in {took.TotalMilliseconds:f1} ms");
            Assert.True(count > 100, $"only {count} {what}");
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
