using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// What an event in a distribution costs: in the programs by the kernel's run statistics, to the traced program by its own
/// clock, and in maps; against the rivals. Run statistics are on for all, as they are in our sessions. Of many short runs the
/// best counts: one that fits between two interruptions says what the event costs, however busy the machine is.
/// </summary>
internal static class Distributions
{
    /// <summary>Longer than any run, so that BCC's printing is not measured.</summary>
    private static readonly string[] Silently = ["-i", "3600"];

    internal static void PerEvent(Distribution measured, Settings settings)
    {
        using var workload = new Workload("spread");
        using var statistics = new RunStatistics();
        var run = new Runs(workload, measured.Command, settings);
        var untraced = run.Measure(pid: 0).Call;
        Console.WriteLine($"distributions, per event: {measured.Name} ({measured.Kind}), untraced {untraced:0} ns a call");
        Console.WriteLine($"  {"",-16}{"in the program",16}{"added to the call",19}{"maps",12}");
        var ours = Ours(measured.Ours(workload), run);
        Print("BpfDashboard", ours, untraced, null);
        if (measured.CountingOnly(workload) is { } counting)
        {
            Print("  counting only", Ours(counting, run), untraced, null);
        }

        if (measured.IsOfCalls)
        {
            Print("  entries in a map", Ours(measured.Ours(workload), run, InMap), untraced, ours);
        }

        foreach (var rival in (Rival[])[measured.Bpftrace(workload), measured.Bcc(workload, Silently)])
        {
            Print(rival.Name, Theirs(rival, workload, run, out var complaint), untraced, ours, complaint);
        }

        Console.WriteLine();
    }

    private static Cost Ours(string command, Runs run, Func<ProgramImage, ProgramImage>? change = null)
    {
        var engine = new TracingEngine(new LiveKernelCatalog());
        var compiled = engine.Compile(command);
        var image = compiled.Image ?? throw new InvalidOperationException(compiled.Diagnostics[0].Message);
        using var session = engine.Start(compiled with { Image = change?.Invoke(image) ?? image });
        session.TakeTick();
        return run.Measure(Environment.ProcessId);
    }

    /// <summary>Without session probes, as on kernels that have none.</summary>
    private static ProgramImage InMap(ProgramImage image) => image with
    {
        Groups =
        [
            .. image.Groups.Select(group => group with
            {
                Alternatives = [.. group.Alternatives.Where(way => way.Entry is not null)],
            }),
        ],
    };

    private static Cost? Theirs(Rival rival, Workload workload, Runs run, out string complaint)
    {
        complaint = "not installed";
        if (!rival.IsInstalled)
        {
            return null;
        }

        using var tool = rival.Start("", workload.Pid);
        if (tool.WaitUntilAttached() is null)
        {
            complaint = $"not attached: {tool.Complaint}";
            return null;
        }

        var cost = run.Measure(tool.Pid);
        tool.Stop(out var output);
        complaint = output.Trim().Length == 0 ? "; an interrupt ends it without a result" : "";
        return cost;
    }

    private static void Print(string name, Cost? cost, double untraced, Cost? ours, string complaint = "") =>
        Console.WriteLine(cost is null
            ? $"  {name,-16}{complaint}"
            : $"  {name,-16}{cost.Program,13:0} ns{cost.Call - untraced,16:0} ns{cost.MapKilobytes,8} KiB"
                + (ours is null ? "" : $"   ours is {ours.Program / cost.Program:0.00} times this in the program, "
                    + Added(ours.Call - untraced, cost.Call - untraced)) + complaint);

    private static string Added(double ours, double theirs) =>
        ours > 0 && theirs > 0 ? $"{ours / theirs:0.00} times added" : "added is below what can be measured here";

    /// <summary>Nanoseconds of an event, and what all maps take.</summary>
    private sealed record Cost(double Program, double Call, long MapKilobytes);

    /// <summary>The workload at work, often, of which the best counts.</summary>
    private sealed class Runs(Workload workload, string command, Settings settings)
    {
        private const int Shorter = 8;
        private readonly int _calls = settings.Events / 100;

        /// <summary>Measures with the programs of a process at work, or of none; a first run makes the keys.</summary>
        internal Cost Measure(int pid)
        {
            workload.Do($"{command} {Math.Min(_calls, 20_000)}");
            var runs = Enumerable.Range(0, Shorter * settings.Repeats).Select(_ => Once(pid)).ToList();
            return new(runs.Min(run => run.Program), runs.Min(run => run.Call), Memory.MapKilobytes(pid));
        }

        private (double Program, double Call) Once(int pid)
        {
            var before = Memory.RunNanoseconds(pid);
            var call = workload.NanosecondsPerCall(command, _calls);
            return ((double)(Memory.RunNanoseconds(pid) - before) / _calls, call);
        }
    }
}

/// <summary>Has the kernel measure all programs, whoever loaded them, until it is disposed or its process is gone.</summary>
internal sealed class RunStatistics : IDisposable
{
    private readonly FileHandle _hold;

    internal RunStatistics()
    {
        const int runTime = 0; // BPF_STATS_RUN_TIME
        var fd = Native.EnableStats(runTime);
        BpfException.ThrowIfFailed(fd, "have the kernel measure programs");
        _hold = new FileHandle(fd);
    }

    public void Dispose() => _hold.Dispose();
}
