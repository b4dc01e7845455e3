using System.Diagnostics;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>A program image at work in the kernel: load, attach, read, dispose, in that order.</summary>
public sealed class TracingSession : ITracingSession
{
    /// <summary>With more programs than this, statistics are read every <see cref="StatisticsEvery"/>th tick only.</summary>
    private const int FewPrograms = 16;
    private const int StatisticsEvery = 10;

    private readonly IReadOnlyList<BpfMap> _maps;
    private readonly Attachments _attachments;
    private readonly PerCpuCounters _counters;
    private readonly FileHandle? _statistics;
    private readonly long _started;
    private TimeSpan _lastTick;
    private ProgramCost _lastCost;
    private long _lastMisses;
    private int _ticks;

    private TracingSession(
        IReadOnlyList<BpfMap> maps, Attachments attachments, FileHandle? statistics, AttachReport report)
    {
        (_maps, _attachments, _statistics, Report) = (maps, attachments, statistics, report);
        _counters = new PerCpuCounters(maps[ProgramBuilder.CountsMap], PossibleCpus());
        _started = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    public AttachReport Report { get; }

    /// <summary>The ids of this session's programs, as bpftool lists them.</summary>
    internal IReadOnlyList<uint> ProgramIds => _attachments.ProgramIds;

    internal int LinkCount => _attachments.LinkCount;

    /// <summary>Loads and attaches an image; what was made is undone if nothing could be attached.</summary>
    /// <param name="names">The rows by slot, for the report of what was skipped.</param>
    /// <exception cref="BpfException">Nothing could be attached: the reasons of all ways that were tried.</exception>
    public static TracingSession Start(
        ProgramImage image,
        IReadOnlyList<Target> names,
        IProgress<AttachProgress>? progress = null,
        CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var maps = new List<BpfMap>();
        FileHandle? statistics = null;
        Attachments? attachments = null;
        try
        {
            maps.AddRange(image.Maps.Select(BpfMap.Create));
            statistics = EnableStatistics();
            attachments = new Attachments(maps, image.Pid, progress, image.Groups.Sum(g => g.Probes.Count), cancel);
            var report = new GroupAttacher(attachments, names).Attach(image.Groups) with { AttachTime = clock.Elapsed };
            return new TracingSession(maps, attachments, statistics, report);
        }
        catch
        {
            Undo(attachments, statistics, maps);
            throw;
        }
    }

    /// <inheritdoc/>
    public Tick TakeTick()
    {
        var counts = _counters.ReadDeltas();
        var end = Stopwatch.GetElapsedTime(_started);
        var (cost, misses) = ReadStatistics();
        var tick = new Tick(_lastTick, end, counts, cost - _lastCost, misses - _lastMisses);
        (_lastTick, _lastCost, _lastMisses) = (end, cost, misses);
        return tick;
    }

    /// <summary>Detaches everything; the kernel has forgotten the session when this returns.</summary>
    public void Dispose() => Undo(_attachments, _statistics, _maps);

    private (ProgramCost Cost, long Misses) ReadStatistics() =>
        _attachments.ProgramCount <= FewPrograms || _ticks++ % StatisticsEvery == 0
            ? _attachments.ReadStatistics()
            : (_lastCost, _lastMisses);

    /// <summary>Run statistics (Linux 5.8) count while the handle lives; without the privilege there are none.</summary>
    private static FileHandle? EnableStatistics()
    {
        const int runTime = 0;
        var fd = Native.EnableStats(runTime);
        return fd >= 0 ? new FileHandle(fd) : null;
    }

    private static int PossibleCpus() =>
        BpfException.ThrowIfFailed(Native.NumPossibleCpus(), "count the possible CPUs");

    private static void Undo(Attachments? attachments, FileHandle? statistics, IReadOnlyList<BpfMap> maps)
    {
        attachments?.Dispose();
        statistics?.Dispose();
        foreach (var map in maps)
        {
            map.Dispose();
        }
    }
}
