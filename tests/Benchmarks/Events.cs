using System.Diagnostics;
using System.Globalization;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// Events one by one, as trace shows them, of a program that makes them as fast as it can: how many a second are kept and
/// how many lost, and what that takes in processor time and memory; against the rivals, whose lines are counted.
/// </summary>
internal static class Events
{
    internal static readonly TracedHook[] Hooks =
    [
        new("tracepoint", "getpgid", "'t:syscalls:sys_enter_getpgid \"%d\", args->pid'",
            "tracepoint:syscalls:sys_enter_getpgid /pid == {1}/ {{ printf(\"%d\\n\", args->pid); }}"),
        new("user function", "alpha", "'{0}:workload_alpha \"%ld\", arg1'",
            "uprobe:{0}:workload_alpha /pid == {1}/ {{ printf(\"%ld\\n\", arg0); }}"),
    ];

    private const int Batch = 20_000;

    internal static void Run(TracedHook hook, Settings settings)
    {
        var window = settings.Window * 5;
        Console.WriteLine($"events one by one: {hook.Name}, at full speed for {window.TotalSeconds:0.0} s");
        Console.WriteLine($"  {"",-14}{"kept a second",16}{"lost",8}{"CPU an event",16}{"memory",12}");
        var ours = Ours(hook, window);
        Theirs("bcc", "/usr/sbin/trace-bpfcc", hook, window, ours,
            (workload, pid) => ["-p", $"{pid}", string.Format(null, hook.Spec, workload).Trim('\'')]);
        Theirs("bpftrace", "/usr/bin/bpftrace", hook, window, ours,
            (workload, pid) => ["-e", string.Format(null, hook.Script, workload, pid)]);
        Console.WriteLine();
    }

    private static double Ours(TracedHook hook, TimeSpan window)
    {
        using var workload = new Workload();
        var engine = new TracingEngine(new LiveKernelCatalog());
        var compiled = engine.Compile($"trace -p {workload.Pid} {string.Format(null, hook.Spec, workload.File)}");
        using var session = engine.Start(compiled);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var reader = new Reading(session);
        var (generated, time) = Generate(workload, hook, window);
        reader.Finish();
        process.Refresh();
        return Print("BpfDashboard", reader.Kept, generated, time, process.TotalProcessorTime - cpu, process.PeakWorkingSet64 / 1024, null);
    }

    private static void Theirs(
        string name, string file, TracedHook hook, TimeSpan window, double ours, Func<string, int, IReadOnlyList<string>> arguments)
    {
        if (!File.Exists(file))
        {
            Console.WriteLine($"  {name,-14}not available");
            return;
        }

        using var workload = new Workload();
        var output = Path.GetTempFileName();
        using var process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>/dev/null", "sh", output, file, .. arguments(workload.File, workload.Pid)]))
            ?? throw new InvalidOperationException($"{file} did not start");
        WaitUntilItPrints(workload, hook, output, process);
        var before = File.ReadLines(output).Count();
        var cpu = process.TotalProcessorTime;
        var (generated, time) = Generate(workload, hook, window);
        process.Refresh();
        var (used, memory) = (process.TotalProcessorTime - cpu, Memory.PeakKilobytes(process.Id));
        Stop(process);
        var kept = File.ReadLines(output).Count() - before;
        Print(name, Math.Min(kept, generated), generated, time, used, memory, ours);
        File.Delete(output);
    }

    /// <summary>It is attached when an event is printed; the file may be written to late, so events go on meanwhile.</summary>
    private static void WaitUntilItPrints(Workload workload, TracedHook hook, string output, Process process)
    {
        var limit = Stopwatch.StartNew();
        while (File.ReadLines(output).Count() < 100 && !process.HasExited && limit.Elapsed < TimeSpan.FromMinutes(2))
        {
            workload.Do($"{hook.Command} 1000");
            process.WaitForExit(TimeSpan.FromMilliseconds(200));
        }
    }

    private static void Stop(Process process)
    {
        const int interrupt = 2;
        var tries = 0;
        do
        {
            _ = Signals.Kill(process.Id, interrupt);
        }
        while (!process.WaitForExit(TimeSpan.FromSeconds(10)) && ++tries < 3);

        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static (long Generated, TimeSpan Time) Generate(Workload workload, TracedHook hook, TimeSpan window)
    {
        var clock = Stopwatch.StartNew();
        var generated = 0L;
        while (clock.Elapsed < window)
        {
            workload.Do($"{hook.Command} {Batch}");
            generated += Batch;
        }

        return (generated, clock.Elapsed);
    }

    private static double Print(
        string name, long kept, long generated, TimeSpan time, TimeSpan cpu, long memory, double? ours)
    {
        var perSecond = kept / time.TotalSeconds;
        var ratio = ours is { } mine ? $", ratio {mine / Math.Max(1, perSecond):0.0}" : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-14}{perSecond,16:N0}{100.0 * (generated - kept) / generated,7:0.0}%"
            + $"{cpu.TotalNanoseconds / Math.Max(1, kept),13:0} ns{memory,8} KiB{ratio}"));
        return perSecond;
    }

    /// <summary>Reads a session ten times a second, as the server does.</summary>
    private sealed class Reading
    {
        private readonly ITracingSession _session;
        private volatile bool _stops;
        private readonly Task _task;

        internal Reading(ITracingSession session)
        {
            _session = session;
            _task = Task.Run(ReadAsync);
        }

        internal long Kept { get; private set; }

        internal void Finish()
        {
            _stops = true;
            _task.Wait();
            _session.StopCounting();
            Kept += _session.TakeTick().Rows?.Count ?? 0;
        }

        private async Task ReadAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (!_stops)
            {
                await timer.WaitForNextTickAsync();
                Kept += _session.TakeTick().Rows?.Count ?? 0;
            }
        }
    }
}

/// <summary>A place, the workload's command that passes it, and how both are told to trace and to bpftrace.</summary>
internal sealed record TracedHook(string Name, string Command, string Spec, string Script);
