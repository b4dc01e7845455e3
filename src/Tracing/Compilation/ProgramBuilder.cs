using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;
using BpfDashboard.Tracing.Compilation.Probes;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>Bound probes to a program image: the maps, and for every kind of probe its group.</summary>
public static class ProgramBuilder
{
    /// <summary>Index of the map of counts: one u64 a slot, per CPU.</summary>
    public const int CountsMap = 0;

    /// <summary>The longest name the kernel keeps for a program or map (BPF_OBJ_NAME_LEN less the zero).</summary>
    public const int NameLength = 15;

    /// <summary>The kinds of probes, each in its own file; a kind contributes nothing if the spec has no such probe.</summary>
    private static readonly IProbeKind[] Kinds =
        [new SyscallKind(), new TracepointKind(), new UserKind(), new KernelKind(), new ProfileKind()];

    /// <summary>Builds the image. Everything that is not attached here was already left out by the binder.</summary>
    public static ProgramImage Build(BoundSpec bound)
    {
        var slots = Math.Max(1, bound.Targets.Count);
        var maps = new List<MapImage> { new("counts", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), slots) };
        return bound.Options switch
        {
            { Stacks: { } stacks } => WithStacks(bound, stacks, slots, maps),
            { Rows: { } rows } => WithRows(bound, rows, slots, maps),
            { Distributions: not null } => WithDistributions(bound, slots, maps),
            _ => new ProgramImage(maps, Groups(bound, new CountAction(), maps), slots, bound.Options.Pid),
        };
    }

    private static ProgramImage WithStacks(BoundSpec bound, StackOptions options, int slots, List<MapImage> maps)
    {
        var stacks = StackImage.Add(options, maps, bound.Options.PerfBuffers);
        if (bound.Events.Count > 0)
        {
            return WithConditions(bound, stacks, slots, maps);
        }

        var same = new List<MapImage>(maps);
        var groups = Groups(bound, new StackAction(stacks), maps);
        if (stacks.Unwind is not null)
        {
            var plain = Groups(bound, new StackAction(stacks with { Unwind = null }), same);
            groups = [.. groups.Zip(plain, WithFallback)];
        }

        return new ProgramImage(maps, groups, slots, bound.Options.Pid) { Stacks = stacks };
    }

    /// <summary>Each condition makes a program.</summary>
    private static ProgramImage WithConditions(BoundSpec bound, StackImage stacks, int slots, List<MapImage> maps)
    {
        var entries = EntryImage.Add(bound.Events, slots, maps);
        IEnumerable<ProbeGroup> groups = EventGroups(bound, entries, Action(stacks), maps);
        if (stacks.Unwind is not null)
        {
            groups = groups.Zip(EventGroups(bound, entries, Action(stacks with { Unwind = null }), maps), WithFallback);
        }

        return new ProgramImage(maps, [.. groups], slots, bound.Options.Pid)
        {
            Stacks = stacks,
            Entries = entries,
        };

        EventAction Action(StackImage image) => (asked, _, saved) => new StackAction(image, asked, saved);
    }

    private static ProgramImage WithRows(BoundSpec bound, RowOptions options, int slots, List<MapImage> maps)
    {
        var rows = RowImage.Add(options, slots, maps, bound.Options.PerfBuffers, LargestRecord(bound, options)) with
        {
            UserStacks = [.. bound.Events.Select(sent => RowRecord.HeaderSize + new EventLayout(sent, options).UserStack)],
        };
        var entries = EntryImage.Add(bound.Events, slots, maps);
        IEnumerable<ProbeGroup> groups = EventGroups(bound, entries, Action(rows), maps);
        if (rows.Unwind is not null)
        {
            groups = groups.Zip(EventGroups(bound, entries, Action(rows with { Unwind = null }), maps), WithFallback);
        }

        return new ProgramImage(maps, [.. groups], slots, bound.Options.Pid)
        {
            Rows = rows,
            Entries = entries,
        };

        EventAction Action(RowImage image) =>
            (sent, index, saved) => new RowAction(image, sent, index, bound.Options.Tasks.Name, saved);
    }

    private static ProgramImage WithDistributions(BoundSpec bound, int slots, List<MapImage> maps)
    {
        var distributions = DistributionImage.Add(bound, maps);
        var entries = EntryImage.Add(bound.Events, slots, maps);
        var groups = EventGroups(
            bound, entries, (asked, _, saved) => new DistributionAction(distributions, asked, saved), maps);
        return new ProgramImage(maps, groups, slots, bound.Options.Pid)
        {
            Distributions = distributions,
            Entries = entries,
        };
    }

    private static int LargestRecord(BoundSpec bound, RowOptions rows) =>
        RowRecord.HeaderSize + bound.Events.Max(sent => new EventLayout(sent, rows).Size);

    private static List<ProbeGroup> Groups(BoundSpec bound, IAction action, List<MapImage> maps) =>
        Groups(bound.Probes, new ProbeWork(FilterOf(bound.Options), action), maps);

    private static List<ProbeGroup> Groups(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps) =>
        [.. Kinds.SelectMany(kind => kind.Build(probes, work, maps))];

    /// <summary>What is asked makes a program: each event has groups of its own.</summary>
    private static List<ProbeGroup> EventGroups(BoundSpec bound, EntryImage? entries, EventAction action, List<MapImage> maps) =>
        [
            .. bound.Events.Index().SelectMany(entry => Groups(
                [.. bound.Probes.Where(probe => probe.EventIndex == entry.Index)],
                Work(bound.Options, entry.Item, entries, saved => action(entry.Item, entry.Index, saved), maps),
                maps)),
        ];

    private static ProbeWork Work(
        SessionOptions options, BoundEvent asked, EntryImage? entries, Func<ISavedEntry?, IAction> action, List<MapImage> maps)
    {
        var filter = FilterOf(options);
        if (asked.Entry is not { } needs || entries is null)
        {
            return new ProbeWork(filter, action(null));
        }

        // A call may return on another CPU than it began on, and is open no more wherever that is.
        var (anyCpu, atReturn) = (filter with { Cpu = null }, new Filter(null, filter.Cpu));
        var cookie = EntryInCookie.For(entries, needs, atReturn);
        return new ProbeWork(anyCpu, action(new EntryByPlace(entries, needs, atReturn)))
        {
            Entry = new EntryWork(
                new SaveAction(entries, maps[entries.CallsMap].ValueSize, needs.Arguments),
                cookie is null ? null : new SessionWork(cookie, action(cookie))),
        };
    }

    private static Filter FilterOf(SessionOptions options) => new(options.Pid, options.Cpu) { Tasks = options.Tasks };

    /// <summary>Each way of attaching is tried first with the program that unwinds, then with the plain one.</summary>
    private static ProbeGroup WithFallback(ProbeGroup unwinding, ProbeGroup plain) => unwinding with
    {
        Alternatives =
        [
            .. unwinding.Alternatives.Zip(plain.Alternatives, (first, second) => new[] { first, second })
                .SelectMany(pair => pair),
        ],
    };

    /// <summary>What is done for an event, given what is known of the entry if it asks for that.</summary>
    private delegate IAction EventAction(BoundEvent asked, int index, ISavedEntry? saved);
}
