using System.Diagnostics;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Kernel.Tests;

/// <summary>How sessions attach, what they do about places that refuse, and that they leave nothing behind.</summary>
public sealed class AttachTests
{
    private const int Timeout = 60_000;

    /// <summary>Each way of attaching by itself, as on a kernel that has only that one, counts the same.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.UprobeMulti, "{0}:workload_alpha", "alpha 500", 500)]
    [InlineData(AttachMechanism.UprobePerf, "{0}:workload_alpha", "alpha 500", 500)]
    [InlineData(AttachMechanism.UprobePerf, "u:{0}:request__guarded", "guarded 31", 31)]
    [InlineData(AttachMechanism.UprobePerf, "u:{0}:request__start", "start 32", 32)]
    [InlineData(AttachMechanism.TracingTracepoint, "t:syscalls:sys_enter_getpgid", "getpgid 600", 600)]
    [InlineData(AttachMechanism.RawTracepoint, "t:syscalls:sys_enter_getpgid", "getpgid 600", 600)]
    [InlineData(AttachMechanism.RawTracepoint, "t:syscalls:sys_exit_getpgid", "getpgid 601", 601)]
    [InlineData(AttachMechanism.PerfTracepoint, "t:syscalls:sys_exit_getpgid", "getpgid 602", 602)]
    [InlineData(AttachMechanism.RawTracepointCookie, "t:task:task_rename", "rename 70", 70)]
    [InlineData(AttachMechanism.RawTracepoint, "t:task:task_rename", "rename 71", 71)]
    [InlineData(AttachMechanism.PerfTracepoint, "t:task:task_rename", "rename 72", 72)]
    public async Task Every_way_of_attaching_counts_exactly(
        AttachMechanism way, string spec, string command, long expected)
    {
        Abilities.Require(way);
        using var workload = Workload.Start();

        // It answers, so its exec, which renames the task once, is over.
        await workload.RunAsync("alpha 0");
        using var counting = Counting.Start(
            $"-p {workload.Pid} {string.Format(null, spec, Workload.File)}", way);
        await workload.RunAsync(command);
        Assert.Equal(expected, counting.Totals().Values.Sum());
        Assert.All(counting.Session.Report.Mechanisms.Values, name => Assert.Equal(way.Describe(), name));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_place_that_cannot_be_probed_is_skipped_with_its_reason_and_the_rest_runs()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-p {workload.Pid} '{Workload.File}:workload_*'");
        await workload.RunAsync("alpha 10", "beta 20", "gamma 30", "locked 40");
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["workload_alpha"] = 10,
                ["workload_beta"] = 20,
                ["workload_gamma"] = 30,
            },
            counting.Totals());
        var skipped = Assert.Single(counting.Session.Report.Skipped);
        Assert.Equal("workload_locked", skipped.Name);
        Assert.Equal("the kernel cannot step over the instruction there", skipped.Reason);
    }

    [Fact(Timeout = Timeout)]
    public void Nothing_but_places_that_refuse_is_an_error_that_says_why()
    {
        // A file of its own, which no process runs: the kernel looks at an instruction when it has a mapping to patch.
        using var unmapped = new CopiedFile(Workload.File);
        var refused = Assert.Throws<BpfException>(() => Counting.Start($"{unmapped.Path}:workload_locked"));
        Assert.Equal(
            "nothing could be attached: the kernel cannot step over the instruction there", refused.Message);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.UprobeMulti)]
    [InlineData(AttachMechanism.UprobePerf)]
    public void A_place_that_cannot_be_probed_is_found_before_any_process_runs_the_file(AttachMechanism way)
    {
        Abilities.Require(way);
        using var unmapped = new CopiedFile(Workload.File);
        using var counting = Counting.Start($"'{unmapped.Path}:workload_*'", way);
        Assert.Equal("workload_locked", Assert.Single(counting.Session.Report.Skipped).Name);
        Assert.Equal(3, counting.Session.Report.Mechanisms.Count);
    }

    /// <summary>Where the kernel would leave out a vector instruction, the program must not be touched.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(AttachMechanism.UprobeMulti)]
    [InlineData(AttachMechanism.UprobePerf)]
    public async Task A_function_that_kernels_would_execute_wrongly_is_left_alone(AttachMechanism way)
    {
        Abilities.Require(way);
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx.IsSupported, "a processor with AVX");
        using var workload = Workload.Start();
        using var counting = Counting.Start($"-r -p {workload.Pid} '{Workload.File}:(vector_ones|workload_beta)'", way);
        await workload.RunAsync("vector 10", "beta 3");
        Assert.Equal(3, counting.Count("workload_beta"));
        Assert.Equal("vector_ones", Assert.Single(counting.Session.Report.Skipped).Name);
    }

    [Fact(Timeout = Timeout)]
    public void All_of_libc_takes_few_links_though_the_kernel_refuses_some_of_it()
    {
        Abilities.Require(AttachMechanism.UprobeMulti);
        using var counting = Counting.Start($"-p {Environment.ProcessId} 'c:*'");
        Assert.InRange(counting.Session.Report.Mechanisms.Count, 1000, 20_000);
        // Each refusal halves a link; on a busy machine some are for a moment only (22 links were seen, 5 are usual).
        Assert.InRange(counting.Session.LinkCount, 1, 64);
    }

    [Fact(Timeout = Timeout)]
    public void All_system_calls_take_one_program_and_one_link()
    {
        using var counting = Counting.Start($"-p {Environment.ProcessId} t:syscalls:sys_enter_*");
        var mechanisms = counting.Session.Report.Mechanisms.Values.ToLookup(name => name);

        // System calls newer than our table of numbers are attached one by one as ordinary tracepoints.
        var unknown = mechanisms["perf tracepoint"].Count();
        Assert.InRange(mechanisms["typed raw tracepoint"].Count(), 300, 1000);
        Assert.InRange(unknown, 0, 5);
        Assert.Equal(1 + unknown, counting.Session.LinkCount);
        Assert.Equal(unknown == 0 ? 1 : 2, counting.Session.ProgramIds.Count);
        Assert.Empty(counting.Session.Report.Skipped);
    }

    [Fact(Timeout = Timeout)]
    public void Many_tracepoints_share_one_program()
    {
        Abilities.Require(AttachMechanism.RawTracepointCookie);
        using var counting = Counting.Start($"-p {Environment.ProcessId} 't:*:*'");
        var report = counting.Session.Report;
        Assert.InRange(report.Mechanisms.Count, 1000, 20_000);

        // Entry to and exit from system calls, raw tracepoints, and perf tracepoints for what has no raw one.
        Assert.InRange(counting.Session.ProgramIds.Count, 1, 4 + report.Mechanisms.Values.Count(name => name == "raw tracepoint"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disposed_session_leaves_no_program_behind()
    {
        var counting = Counting.Start($"-p {Environment.ProcessId} t:syscalls:sys_enter_*");
        var ids = counting.Session.ProgramIds;
        Assert.All(ids, id => Assert.True(KernelObjects.ProgramExists(id)));
        counting.Dispose();

        // Programs are freed after a grace period.
        var patience = Stopwatch.StartNew();
        while (ids.Any(KernelObjects.ProgramExists) && patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(ids, KernelObjects.ProgramExists);
    }

    [Fact(Timeout = Timeout)]
    public void A_cancelled_start_leaves_no_descriptor_behind()
    {
        var compiled = Counting.Compile($"-p {Environment.ProcessId} 't:*:*'");
        var before = KernelObjects.BpfDescriptors();
        using var cancel = new CancellationTokenSource();
        var progress = new CancelAfterFirst(cancel);
        Assert.Throws<OperationCanceledException>(() =>
            Tracing.Sessions.TracingSession.Start(compiled.Image!, compiled.Bound!.Targets, progress, cancel: cancel.Token));
        Assert.InRange(progress.Last.Done, 1, progress.Last.Total - 1);
        Assert.Equal(before, KernelObjects.BpfDescriptors());
    }

    private sealed class CancelAfterFirst(CancellationTokenSource cancel) : IProgress<AttachProgress>
    {
        internal AttachProgress Last { get; private set; }

        public void Report(AttachProgress value)
        {
            Last = value;
            cancel.Cancel();
        }
    }

    /// <summary>A copy of a program in a place of its own.</summary>
    private sealed class CopiedFile : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bpfdashboard-copy-");

        internal CopiedFile(string original)
        {
            Path = System.IO.Path.Combine(_folder.FullName, "copy");
            File.Copy(original, Path);
        }

        internal string Path { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
