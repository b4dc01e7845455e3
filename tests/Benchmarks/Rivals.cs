using System.Diagnostics;

namespace BpfDashboard.Benchmarks;

/// <summary>A tool to compare with, and how it is called for a funccount spec.</summary>
internal sealed record Rival(string Name, string File, Func<string, int?, IReadOnlyList<string>> Arguments)
{
    /// <summary>Whether an interrupt may have to be repeated until it is heard.</summary>
    internal bool MissesInterrupts { get; init; }

    /// <summary>Of a tool that does not say when it is attached: how many perf events it then holds, one a probe; else 0.</summary>
    internal int SilentProbes { get; init; }

    /// <summary>How many keys bpftrace is to keep in a map; null: as many as it does by itself.</summary>
    internal int? MapKeys { get; init; }

    internal bool IsInstalled => System.IO.File.Exists(File);

    /// <summary>Starts it; the caller stops it with <see cref="RivalRun.Stop()"/>.</summary>
    internal RivalRun Start(string spec, int? pid)
    {
        // Who is started in the background of a script ignores interrupts, and BCC's tools then never end.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", File, .. Arguments(spec, pid)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BPFTRACE_MAX_PROBES"] = "4096";
        start.Environment["BPFTRACE_MAX_BPF_PROGS"] = "4096";
        if (MapKeys is { } keys)
        {
            start.Environment["BPFTRACE_MAP_KEYS_MAX"] = $"{keys}";
        }

        start.Environment["PYTHONUNBUFFERED"] = "1";
        return new RivalRun(Process.Start(start) ?? throw new InvalidOperationException($"{File} did not start"), this);
    }
}

/// <summary>The rivals as Debian packages them.</summary>
internal static class Rivals
{
    internal static readonly Rival Bpftrace = Bpftracing("@[probe] = count();");

    internal static readonly Rival BpftraceStacks = Bpftracing("@[kstack, ustack] = count();");

    internal static readonly Rival BccStacks = new("bcc", "/usr/sbin/stackcount-bpfcc", (spec, pid) =>
        pid is null ? [spec] : ["-p", $"{pid}", spec]);

    /// <summary>bpftrace 0.17 notices an interrupt only while it sleeps, and works on for ever when it comes between.</summary>
    private static Rival Bpftracing(string action) =>
        new("bpftrace", "/usr/bin/bpftrace", (spec, pid) => Script(spec, pid, action)) { MissesInterrupts = true };

    /// <summary>bpftrace with room for many keys, and a program that prints "attached" in its BEGIN.</summary>
    internal static Rival Scripted(string script) => new("bpftrace", "/usr/bin/bpftrace", (_, _) =>
        ["-e", $"{script} BEGIN {{ printf(\"attached\\n\"); }}"])
    {
        MissesInterrupts = true,
        MapKeys = 32_768, // as many as we keep; its own limit would drop what is measured
    };

    private static string[] Script(string spec, int? pid, string action)
    {
        var only = pid is null ? "" : $"/pid == {pid}/ ";
        var probe = spec.Split(':') switch
        {
            ["t", var category, var name] => $"tracepoint:{category}:{name}",
            ["c", var name] => $"uprobe:/lib/x86_64-linux-gnu/libc.so.6:{name}",
            [var function] => $"kprobe:{function}",
            [var path, var name] => $"uprobe:{path}:{name}",
            _ => throw new ArgumentException(spec),
        };
        return ["-e", $"{probe} {only}{{ {action} }} BEGIN {{ printf(\"attached\\n\"); }}"];
    }

    internal static readonly Rival Bcc = new("bcc", "/usr/sbin/funccount-bpfcc", (spec, pid) =>
        pid is null ? [spec] : ["-p", $"{pid}", spec]);
}

/// <summary>A rival at work.</summary>
internal sealed class RivalRun(Process process, Rival rival) : IDisposable
{
    /// <summary>bpftrace needs three minutes for a thousand functions on an emulated kernel, and at times hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private const int InterruptSignal = 2;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task<string> _errors = process.StandardError.ReadToEndAsync();
    private string? _failed;

    /// <summary>Whether it was killed because it took longer than <see cref="Limit"/> to attach or to stop.</summary>
    internal bool HasHung { get; private set; }

    internal int Pid => process.Id;

    /// <summary>Memory of its maps in the kernel.</summary>
    internal long MapKilobytes => Memory.MapKilobytes(process.Id);

    /// <summary>Why it ended: what BCC says on stdout, else the last line of stderr; or that it hung.</summary>
    internal string Complaint => HasHung
        ? $"hung, and was killed after {Limit.TotalMinutes:0} minutes"
        : _failed ?? _errors.Result.TrimEnd().Split('\n')[^1];

    /// <summary>Waits until it says that all its probes are attached; null if it gave up or hung.</summary>
    internal TimeSpan? WaitUntilAttached()
    {
        using var limit = KillAfterLimit();
        if (rival.SilentProbes > 0)
        {
            return WaitUntilItHolds(rival.SilentProbes);
        }

        while (process.StandardOutput.ReadLine() is { } line)
        {
            // bpftrace prints BEGIN's text when all is attached; BCC says "Tracing N functions for …".
            if (line.StartsWith("attached", StringComparison.Ordinal)
                || line.StartsWith("Tracing", StringComparison.Ordinal))
            {
                return _clock.Elapsed;
            }

            // Not bpftrace's "Attaching 78 probes...".
            _failed = line.StartsWith("Attaching", StringComparison.Ordinal) || line.Length == 0 ? _failed : line;
        }

        return null;
    }

    private TimeSpan? WaitUntilItHolds(int probes)
    {
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)))
        {
            if (Memory.PerfEvents(process.Id) >= probes)
            {
                return _clock.Elapsed;
            }
        }

        return null;
    }

    /// <summary>Waits until it ends by itself: how long since it was started, and all it printed.</summary>
    internal TimeSpan WaitUntilGone(out string output)
    {
        using var limit = KillAfterLimit();
        output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return _clock.Elapsed;
    }

    /// <summary>Interrupts it as Ctrl-C does: how long until it was gone, and the most memory it ever had.</summary>
    internal (TimeSpan Time, long PeakKilobytes) Stop() => Stop(out _);

    /// <summary>The same, and all it printed in the end.</summary>
    internal (TimeSpan Time, long PeakKilobytes) Stop(out string output)
    {
        var peak = Memory.PeakKilobytes(process.Id);
        var rest = process.StandardOutput.ReadToEndAsync();
        using var limit = KillAfterLimit();
        var clock = Stopwatch.StartNew();
        do
        {
            _ = Signals.Kill(process.Id, InterruptSignal);
        }
        while (!process.WaitForExit(rival.MissesInterrupts ? TimeSpan.FromSeconds(1) : Limit + Limit));

        Task.WaitAll(rest, _errors);
        output = rest.Result;
        return (clock.Elapsed, peak);
    }

    public void Dispose() => process.Dispose();

    private Timer KillAfterLimit() => new(
        _ =>
        {
            HasHung = true;
            process.Kill();
        },
        null, Limit, Timeout.InfiniteTimeSpan);
}
