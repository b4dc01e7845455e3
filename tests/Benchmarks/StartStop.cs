using System.Diagnostics;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Benchmarks;

/// <summary>From submit to counting, and from Stop to detached, for commands with many places.</summary>
internal static class StartStop
{
    internal static readonly string[] All = ["t:syscalls:sys_enter_*", "c:str*"];
    internal static readonly string[] Small = ["c:strl*"];

    /// <summary>
    /// One function shows what a tool needs whatever it attaches to; ext4 is a module; the last has more than BCC's limit
    /// of 1,000.
    /// </summary>
    internal static readonly string[] KernelFunctions = ["vfs_read", "vfs_*", "tcp_*", "ext4_*", "*lock*"];

    /// <summary>After a run longer than this there is no other: it would be no shorter.</summary>
    private const double LongRun = 30;

    internal static void Run(string spec, IReadOnlyList<Rival> rivals, Settings settings)
    {
        var ours = Best(settings, () => Ours(spec, settings));
        if (ours.Failure is { } failure)
        {
            Console.WriteLine($"start and stop: {spec}: {failure}\n");
            return;
        }

        Console.WriteLine($"start and stop: {spec} ({ours.Places} places, {ours.Notes})");
        Console.WriteLine($"  {"",-14}{"to first counts",16}{"to detached",14}{"sum",10}{"peak memory",14}");
        Print("BpfDashboard", ours, null);
        foreach (var rival in rivals)
        {
            Print(
                rival.Name,
                rival.IsInstalled ? Best(settings, () => Theirs(rival, spec, settings)) : Outcome.Failed("not installed"),
                ours);
        }

        Console.WriteLine();
    }

    /// <summary>The shortest of some runs; a failure, if one was refused or all hung.</summary>
    private static Outcome Best(Settings settings, Func<Outcome> run)
    {
        var best = run();
        for (var runs = 1; runs < settings.Repeats && (best.HasHung || (best.Failure is null && best.Sum < LongRun)); runs++)
        {
            var next = run();
            best = best.HasHung || (next.Failure is null && next.Sum < best.Sum) ? next : best;
        }

        return best;
    }

    private static Outcome Ours(string spec, Settings settings)
    {
        // The host is inspected when a server starts; what the catalog read then has grown old, and is read again.
        var time = new LaterTime();
        var engine = new TracingEngine(new LiveKernelCatalog(time));
        engine.Inspect();
        time.Later = TimeSpan.FromMinutes(1);
        var clock = Stopwatch.StartNew();
        var compiled = engine.Compile(spec);
        if (compiled.Image is null)
        {
            return Outcome.Failed(compiled.Diagnostics[0].Message);
        }

        var session = engine.Start(compiled);
        session.TakeTick();
        var start = clock.Elapsed;
        Thread.Sleep(settings.Window);
        session.TakeTick();
        clock.Restart();
        session.Dispose();
        return new Outcome(
            session.Report.Mechanisms.Count, start, clock.Elapsed, Memory.PeakKilobytes(Environment.ProcessId))
        {
            Notes = $"{string.Join(" and ", session.Report.Mechanisms.Values.Distinct())}, "
                + $"attaching {session.Report.AttachTime.TotalSeconds:0.000} s of the start, "
                + $"{session.Report.Skipped.Count} refused while attaching",
        };
    }

    private static Outcome Theirs(Rival rival, string spec, Settings settings)
    {
        using var run = rival.Start(spec, pid: null);
        var start = run.WaitUntilAttached();
        if (start is null)
        {
            return Outcome.Failed($"not attached: {run.Complaint}") with { HasHung = run.HasHung };
        }

        Thread.Sleep(settings.Window);
        var (stop, peak) = run.Stop();
        return run.HasHung
            ? Outcome.Failed($"not stopped: {run.Complaint}") with { HasHung = true }
            : new Outcome(0, start.Value, stop, peak);
    }

    private static void Print(string name, Outcome outcome, Outcome? ours) => Console.WriteLine(outcome.Failure is { } failure
        ? $"  {name,-14}{failure}"
        : $"  {name,-14}{outcome.Start.TotalSeconds,14:0.000} s{outcome.Stop.TotalSeconds,12:0.000} s"
            + $"{outcome.Sum,8:0.000} s{outcome.PeakKilobytes / 1024.0,10:0} MiB"
            + (ours is null ? "" : $"   {outcome.Sum / ours.Sum:0.0} times ours "
                + $"({outcome.Start / ours.Start:0.0} to start, {outcome.Stop / ours.Stop:0.0} to stop)"));

    private sealed record Outcome(int Places, TimeSpan Start, TimeSpan Stop, long PeakKilobytes)
    {
        /// <summary>How we attached, which the rivals do not say.</summary>
        internal string Notes { get; init; } = "";

        /// <summary>Why there are no figures, or null.</summary>
        internal string? Failure { get; private init; }

        internal bool HasHung { get; init; }

        internal static Outcome Failed(string why) => new(0, default, default, 0) { Failure = why };

        internal double Sum => Start.TotalSeconds + Stop.TotalSeconds;
    }

    /// <summary>The system's time, and more.</summary>
    private sealed class LaterTime : TimeProvider
    {
        internal TimeSpan Later { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Later.TotalSeconds * TimestampFrequency);
    }
}
