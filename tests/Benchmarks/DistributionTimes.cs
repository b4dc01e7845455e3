using System.Diagnostics;
using System.Globalization;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Benchmarks;

/// <summary>
/// From the command until a distribution is collected, and from Stop until all of it is there; with what the maps and the
/// tool take. The rivals are timed until they are gone, because only then is it known that they printed all.
/// </summary>
internal static class DistributionTimes
{
    private const int Events = 20_000;

    internal static void Run(Distribution measured, Settings settings)
    {
        using var workload = new Workload("spread");
        var interval = $"{Math.Max(2, settings.Window.TotalSeconds):0}";
        Console.WriteLine($"distributions, start and stop: {measured.Name} ({measured.Kind}), {Events} events");
        Console.WriteLine($"  {"",-14}{"to attached",13}{"Stop to result",17}{"events shown",17}{"maps",12}{"peak memory",14}");
        var ours = Best(settings, () => Ours(measured, workload));
        Print("BpfDashboard", ours, null, "");
        foreach (var (rival, ends, note) in (IEnumerable<(Rival, bool, string)>)[
            (measured.Bpftrace(workload), false, ""),
            (measured.Bcc(workload, ["-i", interval, "-n", "1"]), true,
                $"; -i {interval} -n 1, because an interrupt ends it without a result: timed from the end of the interval")])
        {
            var theirs = rival.IsInstalled ? Best(settings, () => Theirs(rival, workload, measured, ends ? interval : null)) : null;
            Print(rival.Name, theirs, ours, rival.IsInstalled ? note : "not installed");
        }

        Console.WriteLine();
    }

    private static Times? Best(Settings settings, Func<Times?> run) =>
        Enumerable.Range(0, settings.Repeats).Select(_ => run()).OfType<Times>()
            .OrderByDescending(times => times.Shown).ThenBy(times => times.Start + times.Stop).FirstOrDefault();

    private static Times Ours(Distribution measured, Workload workload)
    {
        var engine = new TracingEngine(new LiveKernelCatalog());
        engine.Inspect(); // as a server does when it starts
        var clock = Stopwatch.StartNew();
        using var session = engine.Start(engine.Compile(measured.Ours(workload)));
        var start = clock.Elapsed;
        workload.Do($"{measured.Command} {Events}");
        var maps = Memory.MapKilobytes(Environment.ProcessId);
        clock.Restart();
        session.StopCounting();
        var shown = session.TakeTick().Distributions?.Counts.Sum(count => count.Delta) ?? 0;
        return new(start, clock.Elapsed, shown, maps, Memory.PeakKilobytes(Environment.ProcessId));
    }

    /// <param name="interval">In seconds, of a tool that ends by itself.</param>
    private static Times? Theirs(Rival rival, Workload workload, Distribution measured, string? interval)
    {
        using var tool = rival.Start("", workload.Pid);
        if (tool.WaitUntilAttached() is not { } start)
        {
            return null;
        }

        workload.Do($"{measured.Command} {Events}");
        var (maps, peak) = (tool.MapKilobytes, Memory.PeakKilobytes(tool.Pid));
        if (interval is null)
        {
            return new(start, tool.Stop(out var result).Time, ShownBy(result), maps, peak);
        }

        var stop = tool.WaitUntilGone(out var printed) - start - TimeSpan.FromSeconds(int.Parse(interval, CultureInfo.InvariantCulture));
        return new(start, stop, ShownBy(printed), maps, peak);
    }

    /// <summary>
    /// The sum of all counts: <c>@[7]: 3</c> and <c>[8, 16) 3 |@@ |</c> of bpftrace, <c>3 key = 7</c> and
    /// <c>8 -> 15 : 3 |** |</c> of BCC.
    /// </summary>
    private static long ShownBy(string output) => output.Split('\n')
        .Where(line => !line.StartsWith("@start", StringComparison.Ordinal))
        .Select(CountIn)
        .Sum(text => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0);

    private static string CountIn(string line) => line switch
    {
        _ when line.Split('|') is [var bar, _, _] => bar.Split([')', ']', ':'])[^1],
        _ when line.Contains("]: ", StringComparison.Ordinal) => line.Split("]: ")[^1],
        _ when line.Contains(" = ", StringComparison.Ordinal) => line.Trim().Split(' ')[0],
        _ => "",
    };

    private static void Print(string name, Times? times, Times? ours, string note) => Console.WriteLine(times is null
        ? $"  {name,-14}{(note.Length > 0 ? note : "did not attach")}"
        : $"  {name,-14}{times.Start.TotalSeconds,11:0.000} s{times.Stop.TotalSeconds,15:0.000} s{times.Shown,17}"
            + $"{times.MapKilobytes,8} KiB{times.PeakKilobytes / 1024,10} MiB"
            + (ours is null ? "" : $"   {times.Start / ours.Start:0.0} times ours to start, {times.Stop / ours.Stop:0.0} to stop") + note);

    private sealed record Times(TimeSpan Start, TimeSpan Stop, long Shown, long MapKilobytes, long PeakKilobytes);
}
