using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What the binders of the kinds of probe fill, row by row.</summary>
internal sealed class SpecInProgress(
    IKernelCatalog kernel, int? pid, int maxFunctions, List<Diagnostic> diagnostics)
{
    private readonly List<Target> targets = [];
    private readonly List<BoundProbe> probes = [];
    private readonly List<SkippedTarget> skipped = [];
    private readonly List<string> notes = [];
    private readonly List<BoundEvent> events = [];
    private readonly List<BoundDistribution> distributions = [];
    private readonly List<int> firstSlots = [];
    private int functions;

    public IKernelCatalog Kernel => kernel;

    public int? Pid => pid;

    /// <summary>Whether STRCMP compares bytes that are written as an initialiser (-B).</summary>
    public bool ComparesBytes { get; init; }

    /// <summary>Names with a dollar that only this tool has.</summary>
    public IReadOnlyDictionary<string, Builtin> MoreNames { get; init; } = new Dictionary<string, Builtin>();

    /// <summary>Whether stacks are counted of the hits for which a condition holds.</summary>
    public bool CountsStacks { get; init; }

    /// <summary>How distributions are collected, for tools that do.</summary>
    public DistributionOptions Distributions { get; init; } = new();

    /// <summary>How histograms group values.</summary>
    public Buckets Buckets { get; init; } = new LogBuckets();

    /// <summary>How events are shown one by one, for tools that do.</summary>
    public RowOptions Rows { get; init; } = new();

    /// <summary>Says that the rows from here on are those of the command's next probe.</summary>
    public void BeginProbe() => firstSlots.Add(targets.Count);

    /// <summary>Adds a row and returns its slot.</summary>
    public int AddRow(string name, TargetKind kind, string? where, IEnumerable<string>? aliases = null)
    {
        targets.Add(new Target(targets.Count, name, kind, where, [.. aliases ?? []]));
        return targets.Count - 1;
    }

    public void AddProbe(BoundProbe probe) => probes.Add(probe);

    /// <summary>The rows so far, by slot.</summary>
    public IReadOnlyList<Target> Targets => targets;

    /// <summary>How many probes there are so far.</summary>
    public int ProbeCount => probes.Count;

    /// <summary>Replaces the probes from a place on by what becomes of each; those of null are left out.</summary>
    public void Revise(int from, Func<BoundProbe, BoundProbe?> revised)
    {
        BoundProbe[] changed = [.. probes[from..].Select(revised).OfType<BoundProbe>()];
        probes.RemoveRange(from, probes.Count - from);
        probes.AddRange(changed);
    }

    /// <summary>Gives a row another name.</summary>
    public void Rename(int slot, string name) => targets[slot] = targets[slot] with { Name = name };

    /// <summary>Adds what is sent of hits, unless the same is there; its index.</summary>
    public int AddEvent(BoundEvent added)
    {
        var index = events.FindIndex(known => known.SendsTheSame(added));
        if (index < 0)
        {
            events.Add(added);
        }

        return index < 0 ? events.Count - 1 : index;
    }

    /// <summary>What is asked so far.</summary>
    public IReadOnlyList<BoundEvent> Events => events;

    /// <summary>How many distributions there are so far: the place of the next.</summary>
    public int DistributionCount => distributions.Count;

    public void AddDistribution(BoundDistribution distribution) => distributions.Add(distribution);

    public void Skip(string name, string reason) => skipped.Add(new SkippedTarget(name, reason));

    public void Note(string note)
    {
        if (!notes.Contains(note))
        {
            notes.Add(note);
        }
    }

    public void Error(TextSpan span, string message, string? hint = null) =>
        diagnostics.Add(new Diagnostic(span, message, hint));

    /// <summary>
    /// Whether so many more functions may be probed; says so if not. Probing tens of thousands slows a host down
    /// for a question that is rarely meant.
    /// </summary>
    public bool Allows(int more, PatternSyntax pattern)
    {
        functions += more;
        if (functions <= maxFunctions)
        {
            return true;
        }

        Error(pattern.Span, $"'{pattern.Text}' matches {more} functions; a session probes at most {maxFunctions}",
            "make the pattern narrower");
        return false;
    }

    public BoundSpec Finish(CommandSyntax syntax, SessionOptions options) =>
        new(syntax, options, targets, probes, skipped, notes)
        {
            Events = events,
            Distributions = distributions,
            FirstSlots = firstSlots,
        };
}
