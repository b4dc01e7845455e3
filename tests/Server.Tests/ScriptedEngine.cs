using System.Globalization;
using BpfDashboard.Tracing;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Tests;

/// <summary>
/// An engine without a kernel: commands are parsed for real, every probe "finds" the functions f0, f1, …, and hits are
/// what the test says (<see cref="ScriptedTracing.Hit(int, long)"/>).
/// </summary>
internal sealed class ScriptedEngine(TimeProvider time) : ITracingEngine
{
    /// <summary>Rows of the next session.</summary>
    public string[] Names { get; set; } = ["f0", "f1", "f2"];

    /// <summary>What stacks the next session collects; null for none.</summary>
    public StackOptions? Stacks { get; set; }

    /// <summary>How the next session shows its events one by one; null for one that only counts.</summary>
    public RowOptions? Rows { get; set; }

    /// <summary>What the next session's rows hold.</summary>
    public IReadOnlyList<BoundEvent> Events { get; set; } = [];

    /// <summary>Which distributions a session of a command has; none for one without.</summary>
    public Func<string, IReadOnlyList<PlayedDistribution>> Distributions { get; set; } = _ => [];

    /// <summary>How they are printed.</summary>
    public Func<string, DistributionOptions> DistributionOptions { get; set; } = _ => new DistributionOptions();

    /// <summary>Runs while attaching, on the attaching thread.</summary>
    public Action<CancellationToken> WhileAttaching { get; set; } = _ => { };

    /// <summary>Runs while detaching, on the detaching thread.</summary>
    public Action WhileDetaching { get; set; } = () => { };

    /// <summary>Runs before each tick is taken, on the thread that takes it: the place of a script for hits.</summary>
    public Action<ScriptedTracing> BeforeTick { get; set; } = _ => { };

    /// <summary>What is said of probes that count nothing; told which, and whether that is at the start.</summary>
    public Func<IReadOnlyCollection<int>, bool, IReadOnlyList<Explanation>> ExplainSilence { get; set; } = (_, _) => [];

    public IReadOnlyList<string> MissingCapabilities { get; set; } = [];

    /// <summary>Sessions in the order they were started.</summary>
    public List<ScriptedTracing> Started { get; } = [];

    public CompileResult Compile(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = Parser.Parse(text, diagnostics);
        if (syntax is null || syntax.Has(OptionId.Help))
        {
            return new CompileResult(text, syntax, null, null, diagnostics);
        }

        var distributions = Distributions(text);
        var options = new SessionOptions
        {
            Interval = Seconds(syntax, OptionId.Interval),
            Duration = Seconds(syntax, OptionId.Duration),
            Timestamps = syntax.Has(OptionId.Timestamp),
            Pid = syntax.Find(OptionId.Pid)?.Value is { } pid ? int.Parse(pid, CultureInfo.InvariantCulture) : null,
            Stacks = distributions.Count > 0 ? null : Stacks,
            Rows = Rows,
            Distributions = distributions.Count > 0 ? DistributionOptions(text) : null,
        };
        var targets = Names.Select((name, slot) => new Target(slot, name, TargetKind.UserFunction, "/lib/libc.so.6", []));
        var probes = Names.Select((_, slot) => new UserProbe(slot, "/lib/libc.so.6", 16, 0));
        var bound = new BoundSpec(syntax, options, [.. targets], [.. probes], [new SkippedTarget("gone", "it is not there")], [])
        {
            Events = distributions.Count > 0 ? [.. distributions.Select((one, index) => one.ToEvent(index))] : Events,
            FirstSlots = [.. syntax.Probes.Index().Select(probe => probe.Index)],
            Distributions = [.. distributions.Select((one, index) => one.ToBound(index))],
        };
        return new CompileResult(text, syntax, bound, new ProgramImage([], [], Names.Length, null), []);
    }

    public ITracingSession Start(CompileResult compiled, IProgress<AttachProgress>? progress, CancellationToken cancel)
    {
        WhileAttaching(cancel);
        progress?.Report(new AttachProgress(Names.Length, Names.Length));
        var options = compiled.Bound?.Options;
        var tracing = new ScriptedTracing(time, this, options?.Stacks is not null, options?.Rows is not null)
        {
            Distributions = options?.Distributions is null ? null : new CountedDistributions(compiled.Bound!), // whose options they are
            Text = compiled.Text,
        };
        lock (Started)
        {
            Started.Add(tracing);
        }

        return tracing;
    }

    public HostReport Inspect() => new("web-1", "6.18", "x86_64")
    {
        Kinds = [new KindReport(TargetKind.KernelFunction, "not built in"), new KindReport(TargetKind.UserFunction, null, "uprobe.multi")],
        Mechanisms = [new MechanismReport(AttachMechanism.KprobeMulti, "kernel functions", "not built in", "EOPNOTSUPP")],
        MissingPrivileges = [.. MissingCapabilities.Select(name =>
            new Privilege(name, "tracing", IsVital: name is "CAP_BPF" or "CAP_PERFMON"))],
    };

    public Task<IReadOnlyList<Explanation>> ExplainSilenceAsync(
        BoundSpec bound, IReadOnlyCollection<int> silent, bool atStart, CancellationToken cancel) =>
        Task.FromResult(ExplainSilence(silent, atStart));

    public ISymbolizer CreateSymbolizer() => new ScriptedSymbolizer();

    private static TimeSpan? Seconds(CommandSyntax syntax, OptionId id) => syntax.Find(id)?.Value is { } value
        ? TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture))
        : null;
}

/// <summary>A session whose hits the test makes.</summary>
internal sealed class ScriptedTracing(TimeProvider time, ScriptedEngine engine, bool hasStacks, bool hasRows) : ITracingSession
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private readonly SortedDictionary<int, long> hits = [];
    private readonly List<LossDelta> losses = [];
    private readonly List<byte> records = [];
    private int recordCount;
    private readonly ScriptedStacks? stacks = hasStacks ? new ScriptedStacks() : null;
    private TimeSpan last;

    public bool IsDisposed { get; private set; }

    /// <summary>The command.</summary>
    public string Text { get; init; } = "";

    /// <summary>What the session's distributions count; null for one that has none.</summary>
    public CountedDistributions? Distributions { get; init; }

    /// <summary>Thrown by the next read, if set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>All is attached but names that begin with "fail".</summary>
    public AttachReport Report { get; } = new(
        engine.Names.Index().Where(row => !row.Item.StartsWith("fail", StringComparison.Ordinal))
            .ToDictionary(row => row.Index, _ => "uprobe.multi"),
        [new SkippedTarget("f9", "EINVAL")],
        TimeSpan.FromMilliseconds(20));

    public void Hit(int slot, long count)
    {
        lock (gate)
        {
            hits[slot] = hits.GetValueOrDefault(slot) + count;
        }
    }

    /// <summary>
    /// Counts events of slot 0 with their stack, outermost frame first: "main;read;[k]vfs_read" (see
    /// <see cref="ScriptedStacks.Add"/>).
    /// </summary>
    public void Hit(StackContext context, string stack, long count = 1, StackQuality quality = StackQuality.Good)
    {
        lock (gate)
        {
            stacks!.Add(context, stack, count, quality); // the session has some, or the test is wrong
            Hit(0, count);
        }
    }

    /// <summary>Counts an event of slot 0 in a distribution, see <see cref="CountedDistributions.Add"/>.</summary>
    public void Count(int distribution, IReadOnlyList<object?> key, long value = 0, long count = 1)
    {
        lock (gate)
        {
            Distributions!.Add(distribution, key, value, count); // the session has some, or the test is wrong
            Hit(0, count);
        }
    }

    /// <summary>Counts an event of slot 0 that is shown: its record, as the kernel's programs write it.</summary>
    public void Send(byte[] record)
    {
        lock (gate)
        {
            records.AddRange(BitConverter.GetBytes(record.Length));
            records.AddRange(record);
            recordCount++;
            Hit(0, 1);
        }
    }

    /// <summary>Counts events of slot 0 that are lost.</summary>
    public void Lose(LossCause cause, long count)
    {
        lock (gate)
        {
            losses.Add(new LossDelta(cause, count));
            Hit(0, count);
        }
    }

    public Tick TakeTick()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (Failure is not null)
        {
            throw Failure;
        }

        engine.BeforeTick(this);

        lock (gate)
        {
            var (start, now) = (last, time.GetElapsedTime(started));
            last = now;
            var counts = hits.Select(hit => new CountDelta(hit.Key, hit.Value)).ToArray();
            var lost = losses.ToArray();
            hits.Clear();
            losses.Clear();
            var rows = new RowBlock(records.ToArray(), recordCount);
            records.Clear();
            recordCount = 0;
            return new Tick(start, now, counts, new ProgramCost(counts.Sum(count => count.Delta), 10), 1)
            {
                Stacks = stacks?.Take(),
                Rows = hasRows ? rows : null,
                Losses = lost,
                Distributions = Distributions?.Take(),
            };
        }
    }

    public void Dispose()
    {
        engine.WhileDetaching();
        IsDisposed = true;
    }
}

/// <summary>Names addresses after themselves: <c>f_1f+0x0 [bin]</c>.</summary>
internal sealed class ScriptedSymbolizer : ISymbolizer
{
    public void Meet(int pid)
    {
    }

    public void ResolveUser(int pid, ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
        frames.Add(new ResolvedFrame($"f_{address:x}", "/usr/bin/bin", FrameKind.User, 0, address));

    public void ResolveKernel(ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
        frames.Add(new ResolvedFrame($"k_{address:x}", "kernel", FrameKind.Kernel, 0, address));

    public void Dispose()
    {
    }
}
