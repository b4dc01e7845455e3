using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Kernel.Tests;

/// <summary>
/// The lines of BCC's documentation, as they stand there but for a -p that keeps them to our own process; compiled and
/// run for real where their target exists on this host.
/// </summary>
public sealed class CorpusTests
{
    private static readonly TracingEngine Engine = new(new LiveKernelCatalog());

    /// <summary>Id, line, and whether what it counts is a kernel function. {0} is the process, {1} the workload's file.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("FC-01", "funccount 'vfs_*'", "kernel functions")]
    [InlineData("FC-02", "funccount 'tcp_*'", "kernel functions")]
    [InlineData("FC-03", "funccount 'tcp_send*'", "kernel functions")]
    [InlineData("FC-04", "funccount -p {0} {1}:*", "user functions")]
    [InlineData("FC-06", "funccount -r 'c:(write|read)$'", "user functions")]
    [InlineData("FC-07", "funccount t:block:*", "tracepoints")]
    [InlineData("FC-09", "funccount -i 1 'vfs_*'", "kernel functions")]
    [InlineData("FC-10", "funccount -i 1 -d 5 vfs_read", "kernel functions")]
    [InlineData("FC-11", "funccount -d 5 vfs_read", "kernel functions")]
    [InlineData("FC-12", "funccount '*readdir*'", "kernel functions")]
    [InlineData("FC-13", "funccount '*tcp*send*'", "kernel functions")]
    [InlineData("FC-16", "funccount -d 10 'vfs_*'", "kernel functions")]
    [InlineData("FC-17a", "funccount -r '^vfs_.*'", "kernel functions")]
    [InlineData("FC-17b", "funccount -r '^vfs.*'", "kernel functions")]
    [InlineData("FC-18", "funccount -p {0} 'vfs_*'", "kernel functions")]
    [InlineData("FC-21", "funccount c:malloc", "user functions")]
    [InlineData("FC-22", "funccount -c 1 'vfs_*'", "kernel functions")]
    [InlineData("FC-23", "funccount -Ti 5 'vfs_*'", "kernel functions")]
    [InlineData("FC-27", "funccount __kmalloc_noprof -i 1", "kernel functions")]
    [InlineData("seed", "sudo /usr/share/bcc/tools/funccount -i 1 c:pthread_mutex_lock", "user functions")]
    [InlineData("seed", "sudo /usr/share/bcc/tools/funccount c:str*", "user functions")]
    [InlineData("seed", "sudo /usr/share/bcc/tools/funccount t:syscalls:sys_enter_*", "tracepoints")]
    [InlineData("seed", "funccount-bpfcc tcp_connect", "kernel functions")]
    public async Task A_line_of_the_corpus_runs(string id, string line, string kind)
    {
        Abilities.Require(kind);
        using var workload = Workload.Start();
        var command = $"{string.Format(null, line, workload.Pid, Workload.File)} -p {workload.Pid}";
        var compiled = Engine.Compile(command);
        Assert.SkipWhen(
            compiled.Diagnostics.Any(diagnostic => diagnostic.Message.StartsWith("unknown kernel function", StringComparison.Ordinal)),
            $"{id}: this kernel has no such function (names change between kernels)");
        using var counting = Counting.Start(command);
        await workload.RunAsync("write 3");
        counting.Tick();
        Assert.NotEmpty(counting.Session.Report.Mechanisms);
    }

    [Fact(Timeout = 60_000)]
    public async Task Reads_and_writes_of_libc_are_counted_by_the_regular_expression_of_the_corpus()
    {
        using var workload = Workload.Start();
        using var counting = Counting.Start($"funccount -r 'c:(write|read)$' -p {workload.Pid}");
        await workload.RunAsync("write 100");

        // The 100, and the answer on standard output.
        Assert.Equal(101, counting.Count("write"));
    }

    /// <summary>What does not exist here must be refused with a message, never found by accident.</summary>
    [Theory]
    [InlineData("FC-05", "funccount -p {0} contentions:*", "there is no library or program 'contentions'")]
    [InlineData("FC-19", "funccount t:sched:sched_fork", "unknown tracepoint 'sched:sched_fork'")]
    [InlineData("FC-26", "funccount ./no-such-file:read*", "there is no file ")]
    public void A_target_that_is_not_here_is_refused(string id, string line, string message)
    {
        using var workload = Workload.Start();
        var diagnostics = Engine.Compile(string.Format(null, line, workload.Pid)).Diagnostics;
        Assert.True(diagnostics.Count > 0, id);
        Assert.StartsWith(message, diagnostics[0].Message, StringComparison.Ordinal);
    }
}
