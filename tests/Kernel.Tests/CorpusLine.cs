using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Sessions;

namespace BpfDashboard.Kernel.Tests;

/// <summary>A line of BCC's documentation, loaded and attached for real, kept to our own process by -p.</summary>
internal static class CorpusLine
{
    private static readonly TracingEngine Engine = new(new LiveKernelCatalog());

    /// <summary>Attaches a line about kernel functions; skips where names have changed between kernels.</summary>
    internal static void AttachToKernel(string tool, string id, string line)
    {
        Abilities.Require("kernel functions");
        var problem = Attach(tool, id, line);
        Assert.SkipWhen(
            problem?.StartsWith("unknown kernel function", StringComparison.Ordinal) == true,
            $"{id}: this kernel has no such function (names change between kernels)");
        Assert.SkipWhen(
            problem?.StartsWith("unknown struct", StringComparison.Ordinal) == true
                || problem?.Contains("cannot be probed", StringComparison.Ordinal) == true,
            $"{id}: {problem}");
        Assert.Null(problem);
    }

    /// <summary>Attaches a line about other places; skips where a program or library is missing.</summary>
    internal static void AttachElsewhere(string tool, string id, string line)
    {
        var problem = Attach(tool, id, line);
        Assert.SkipWhen(
            problem?.StartsWith("unknown", StringComparison.Ordinal) == true
                || problem?.StartsWith("there is no", StringComparison.Ordinal) == true
                || problem?.Contains("has no USDT probes", StringComparison.Ordinal) == true, // glibc may be built without
            $"{id}: {problem}");
        Assert.Null(problem);
    }

    /// <summary>Attaches a line; what was wrong with it, or null.</summary>
    private static string? Attach(string tool, string id, string line)
    {
        using var workload = Workload.Start();
        var command = $"{tool} {line.Replace("{1}", Workload.File, StringComparison.Ordinal)} -p {workload.Pid}";
        var compiled = Engine.Compile(command);
        if (compiled.Diagnostics.Count > 0)
        {
            return compiled.Diagnostics[0].Message;
        }

        using var session = TracingSession.Start(
            compiled.Image!, compiled.Bound!.Targets, cancel: TestContext.Current.CancellationToken); // no diagnostics, so there are both
        Assert.True(session.Report.Mechanisms.Count > 0, id);
        session.StopCounting();
        _ = session.TakeTick();
        return null;
    }
}
