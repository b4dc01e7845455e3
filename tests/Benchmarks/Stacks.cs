using System.Diagnostics;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// What a counted stack costs: to the traced program by its own clock, in the kernel's memory, and from Stop until all
/// stacks have names; against the rivals.
/// </summary>
internal static class Stacks
{
    /// <summary>All have 6 to 8 user frames; the system call and the tracepoint kernel frames too.</summary>
    internal static readonly Hook[] Hooks =
    [
        new("user function", "{0}:leaf", "one"),
        new("system call", "t:syscalls:sys_enter_getpgid", "call"),
        new("tracepoint", "t:task:task_rename", "rename"),
    ];

    private const int Paths = 8192;

    internal static void PerEvent(Hook hook, IReadOnlyList<Rival> rivals, Settings settings)
    {
        using var workload = new Workload("chains");
        var spec = string.Format(null, hook.Spec, workload.File);
        var calls = settings.Events / 4;
        var untraced = Benchmarks.PerEvent.Best(settings, () => workload.NanosecondsPerCall(hook.Command, calls));
        Console.WriteLine($"stacks, per event: {hook.Name} ({hook.Spec}), untraced {untraced:0} ns a call");
        var ours = Ours(spec, workload, hook, settings, calls, untraced);
        foreach (var rival in rivals)
        {
            var theirs = Theirs(rival, spec, workload, hook, settings, calls);
            Console.WriteLine($"  added to the call: {rival.Name} " + (theirs is { } call
                ? $"{call - untraced:0} ns, ratio {ours / (call - untraced):0.00}"
                : "not available"));
        }

        Console.WriteLine();
    }

    /// <summary>Thousands of different stacks, then Stop: how many are in the result, and how soon.</summary>
    internal static void ManyStacks(IReadOnlyList<Rival> rivals, Settings settings)
    {
        using var workload = new Workload("chains");
        var spec = $"{workload.File}:leaf";
        Console.WriteLine($"stacks, {Paths} different ones of about 32 frames, each hit twice ({{0}}:leaf)");
        Console.WriteLine($"  {"",-14}{"events shown",14}{"Stop to result",16}{"maps",12}");
        foreach (var _ in Enumerable.Range(0, settings.Repeats))
        {
            OurMany(spec, workload);
        }

        foreach (var rival in rivals.Where(rival => rival.IsInstalled))
        {
            using var run = rival.Start(spec, workload.Pid);
            if (run.WaitUntilAttached() is not null)
            {
                Reach(workload);
                var maps = run.MapKilobytes;
                var (time, _) = run.Stop(out var output);
                Print(rival.Name, ShownBy(output), time, maps);
            }
        }

        Console.WriteLine();
    }

    private static double Ours(
        string spec, Workload workload, Hook hook, Settings settings, int calls, double untraced)
    {
        var engine = new TracingEngine(new LiveKernelCatalog());
        using var session = engine.Start(engine.Compile($"stackcount -p {workload.Pid} {spec}"));
        workload.Do($"{hook.Command} 1");
        session.TakeTick();
        var call = Benchmarks.PerEvent.Best(settings, () => workload.NanosecondsPerCall(hook.Command, calls));
        var cost = session.TakeTick().Cost;
        Console.WriteLine($"  in the program: {(double)cost.Nanoseconds / Math.Max(1, cost.Runs):0} ns");
        Console.WriteLine($"  added to the call: BpfDashboard {call - untraced:0} ns");
        return call - untraced;
    }

    private static double? Theirs(
        Rival rival, string spec, Workload workload, Hook hook, Settings settings, int calls)
    {
        if (!rival.IsInstalled)
        {
            return null;
        }

        using var run = rival.Start(spec, workload.Pid);
        if (run.WaitUntilAttached() is null)
        {
            return null;
        }

        var call = Benchmarks.PerEvent.Best(settings, () => workload.NanosecondsPerCall(hook.Command, calls));
        run.Stop();
        return call;
    }

    private static void OurMany(string spec, Workload workload)
    {
        var engine = new TracingEngine(new LiveKernelCatalog());
        using var session = engine.Start(engine.Compile($"stackcount -p {workload.Pid} {spec}"));
        Reach(workload);
        var maps = Memory.MapKilobytes(Environment.ProcessId);
        var clock = Stopwatch.StartNew();
        session.StopCounting();
        var tick = session.TakeTick();
        Print("BpfDashboard", tick.Stacks?.Counts.Sum(count => count.Delta) ?? 0, clock.Elapsed, maps);
    }

    private static void Reach(Workload workload)
    {
        workload.Do($"paths 13 {Paths}");
        workload.Do($"paths 13 {Paths}");
    }

    /// <summary>BCC ends each stack with its count on a line of its own, bpftrace with <c>]: 2</c>; those without user frames do not count.</summary>
    private static long ShownBy(string output) => output.Split('\n')
        .Select((line, index) => (Line: line, Before: index))
        .Select(line => line.Line.StartsWith("    ", StringComparison.Ordinal) ? line.Line.Trim() : CountOf(line.Line))
        .Sum(text => long.TryParse(text, out var count) ? count : 0);

    private static string CountOf(string line) =>
        line.LastIndexOf("]: ", StringComparison.Ordinal) is var at and >= 0 ? line[(at + 3)..] : "";

    private static void Print(string name, long shown, TimeSpan time, long maps) =>
        Console.WriteLine($"  {name,-14}{$"{shown} of {2 * Paths}",14}{time.TotalMilliseconds,13:0} ms{maps,9} KiB");
}
