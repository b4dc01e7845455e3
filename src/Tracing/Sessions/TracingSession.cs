using System.Diagnostics;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Unwinding;

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
    private readonly StackReader? _stacks;
    private readonly RowReader? _rows;
    private readonly DistributionReader? _distributions;
    private readonly PerCpuCounters? _open;
    private readonly long _started;
    private TimeSpan _lastTick;
    private ProgramCost _lastCost;
    private long _lastMisses;
    private long _openCalls;
    private int _ticks;

    private TracingSession(
        IReadOnlyList<BpfMap> maps, Attachments attachments, FileHandle? statistics, StackReader? stacks, RowReader? rows,
        DistributionReader? distributions, EntryImage? entries, AttachReport report)
    {
        (_maps, _attachments, _statistics, Report) = (maps, attachments, statistics, report);
        (_stacks, _rows, _distributions) = (stacks, rows, distributions);
        _counters = new PerCpuCounters(maps[ProgramBuilder.CountsMap], PossibleCpus());
        _open = entries is null ? null : new PerCpuCounters(maps[entries.OpenMap], PossibleCpus());
        _started = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    public AttachReport Report { get; }

    /// <summary>The ids of this session's programs, as bpftool lists them.</summary>
    internal IReadOnlyList<uint> ProgramIds => _attachments.ProgramIds;

    internal int LinkCount => _attachments.LinkCount;

    /// <summary>Null where no stacks are collected.</summary>
    internal StackReader? Stacks => _stacks;

    /// <summary>Null where events are only counted.</summary>
    internal RowReader? Rows => _rows;

    /// <summary>Loads and attaches an image; what was made is undone if nothing could be attached.</summary>
    /// <param name="names">The rows by slot, for the report of what was skipped.</param>
    /// <param name="symbolizer">Makes what names the addresses of stacks; needed for an image that collects them.</param>
    /// <exception cref="BpfException">Nothing could be attached: the reasons of all ways that were tried.</exception>
    public static TracingSession Start(
        ProgramImage image,
        IReadOnlyList<Target> names,
        IProgress<AttachProgress>? progress = null,
        Func<ISymbolizer>? symbolizer = null,
        CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var maps = new List<BpfMap>();
        FileHandle? statistics = null;
        StackReader? stacks = null;
        RowReader? rows = null;
        DistributionReader? distributions = null;
        Attachments? attachments = null;
        try
        {
            maps.AddRange(image.Maps.Select(BpfMap.Create));
            statistics = EnableStatistics();
            stacks = image.Stacks is null ? null : ReadStacks(image, maps, symbolizer);
            rows = image.Rows is null ? null : ReadRows(image.Rows, maps, image.Pid);
            distributions = image.Distributions is null ? null : new DistributionReader(image.Distributions, maps, PossibleCpus());
            attachments = new Attachments(maps, image.Pid, progress, image.Groups.Sum(group => group.Places), cancel);
            var report = new GroupAttacher(attachments, names).Attach(image.Groups) with { AttachTime = clock.Elapsed };
            if ((stacks?.Unwind ?? rows?.Unwind)?.WhatIsLeftOut is { } leftOut)
            {
                report = report with { Notes = [.. report.Notes, leftOut] };
            }

            return new TracingSession(maps, attachments, statistics, stacks, rows, distributions, image.Entries, report);
        }
        catch
        {
            Undo(attachments, statistics, stacks, rows, distributions, maps);
            throw;
        }
    }

    /// <inheritdoc/>
    public Tick TakeTick()
    {
        var stacks = _stacks?.Read();
        var rows = _rows?.Read();
        var distributions = _distributions?.Read();
        var losses = _stacks?.ReadLosses() ?? _rows?.ReadLosses() ?? _distributions?.Losses ?? [];
        var counts = _counters.ReadDeltas();
        var end = Stopwatch.GetElapsedTime(_started);
        var (cost, misses) = ReadStatistics();
        var tick = new Tick(_lastTick, end, counts, cost - _lastCost, misses - _lastMisses)
        {
            Stacks = stacks,
            Rows = rows,
            Distributions = distributions,
            Losses = losses,
            OpenCalls = ReadOpenCalls(),
        };
        (_lastTick, _lastCost, _lastMisses) = (end, cost, misses);
        return tick;
    }

    /// <inheritdoc/>
    public void StopCounting()
    {
        _stacks?.StopCounting();
        _rows?.StopSending();
        _distributions?.StopCounting();
    }

    /// <summary>Detaches everything; the kernel has forgotten the session when this returns.</summary>
    public void Dispose() => Undo(_attachments, _statistics, _stacks, _rows, _distributions, _maps);

    /// <summary>A call returns twice that forks.</summary>
    private long? ReadOpenCalls() =>
        _open is null ? null : Math.Max(0, _openCalls += _open.ReadDeltas().Sum(slot => slot.Delta));

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

    /// <summary>Before anything is attached, so that no announcement finds nobody to read it.</summary>
    private static StackReader ReadStacks(ProgramImage image, IReadOnlyList<BpfMap> maps, Func<ISymbolizer>? factory)
    {
        if (image.Stacks is not { } stacks || factory is null)
        {
            throw new ArgumentException("an image that collects stacks needs something to name addresses", nameof(factory));
        }

        var symbolizer = factory();
        UnwindFeeder? unwind = null;
        try
        {
            if (image.Pid is { } pid)
            {
                symbolizer.Meet(pid);
            }

            unwind = stacks.Unwind is { } tables ? Feed(tables, maps, image.Pid) : null;
            return new StackReader(stacks, maps, symbolizer, PossibleCpus(), unwind);
        }
        catch
        {
            unwind?.Dispose();
            symbolizer.Dispose();
            throw;
        }
    }

    private static RowReader ReadRows(RowImage rows, IReadOnlyList<BpfMap> maps, int? pid)
    {
        var unwind = rows.Unwind is { } tables ? Feed(tables, maps, pid) : null;
        try
        {
            return new RowReader(rows, maps, PossibleCpus(), unwind);
        }
        catch
        {
            unwind?.Dispose();
            throw;
        }
    }

    private static UnwindFeeder Feed(UnwindImage unwind, IReadOnlyList<BpfMap> maps, int? pid)
    {
        var feeder = new UnwindFeeder(new UnwindMaps(maps[unwind.WordsMap], maps[unwind.ProcessesMap]));
        if (pid is { } first)
        {
            feeder.Meet(first);
        }

        return feeder;
    }

    private static int PossibleCpus() =>
        BpfException.ThrowIfFailed(Native.NumPossibleCpus(), "count the possible CPUs");

    private static void Undo(
        Attachments? attachments, FileHandle? statistics, StackReader? stacks, RowReader? rows,
        DistributionReader? distributions, IReadOnlyList<BpfMap> maps)
    {
        attachments?.Dispose();
        statistics?.Dispose();
        stacks?.Dispose();
        rows?.Dispose();
        distributions?.Dispose();
        foreach (var map in maps)
        {
            map.Dispose();
        }
    }
}
