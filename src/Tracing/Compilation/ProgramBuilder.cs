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
        IEnumerable<ProbeGroup> groups = EventGroups(bound, Action(stacks), maps);
        if (stacks.Unwind is not null)
        {
            groups = groups.Zip(EventGroups(bound, Action(stacks with { Unwind = null }), maps), WithFallback);
        }

        return new ProgramImage(maps, [.. EntryGroups(bound, entries, maps), .. groups], slots, bound.Options.Pid)
        {
            Stacks = stacks,
            Entries = entries,
        };

        Func<BoundEvent, int, IAction> Action(StackImage image) => (asked, _) => new StackAction(image, asked, entries);
    }

    private static ProgramImage WithRows(BoundSpec bound, RowOptions options, int slots, List<MapImage> maps)
    {
        var rows = RowImage.Add(options, slots, maps, bound.Options.PerfBuffers, LargestRecord(bound, options)) with
        {
            UserStacks = [.. bound.Events.Select(sent => RowRecord.HeaderSize + new EventLayout(sent, options).UserStack)],
        };
        var entries = EntryImage.Add(bound.Events, slots, maps);
        IEnumerable<ProbeGroup> groups = EventGroups(bound, Action(rows), maps);
        if (rows.Unwind is not null)
        {
            groups = groups.Zip(EventGroups(bound, Action(rows with { Unwind = null }), maps), WithFallback);
        }

        return new ProgramImage(maps, [.. EntryGroups(bound, entries, maps), .. groups], slots, bound.Options.Pid)
        {
            Rows = rows,
            Entries = entries,
        };

        Func<BoundEvent, int, IAction> Action(RowImage image) =>
            (sent, index) => new RowAction(image, sent, index, bound.Options.Tasks.Name, entries);
    }

    private static ProgramImage WithDistributions(BoundSpec bound, int slots, List<MapImage> maps)
    {
        var distributions = DistributionImage.Add(bound, maps);
        var entries = EntryImage.Add(bound.Events, slots, maps);
        var groups = EventGroups(bound, (asked, _) => new DistributionAction(distributions, asked, entries), maps);
        return new ProgramImage(maps, [.. EntryGroups(bound, entries, maps), .. groups], slots, bound.Options.Pid)
        {
            Distributions = distributions,
            Entries = entries,
        };
    }

    private static int LargestRecord(BoundSpec bound, RowOptions rows) =>
        RowRecord.HeaderSize + bound.Events.Max(sent => new EventLayout(sent, rows).Size);

    private static List<ProbeGroup> Groups(BoundSpec bound, IAction action, List<MapImage> maps) =>
        Groups(bound.Probes, bound.Options, action, maps);

    private static List<ProbeGroup> Groups(
        IReadOnlyList<BoundProbe> probes, SessionOptions options, IAction action, List<MapImage> maps)
    {
        var filter = new Filter(options.Pid, options.Cpu) { Tasks = options.Tasks };
        return [.. Kinds.SelectMany(kind => kind.Build(probes, filter, action, maps))];
    }

    /// <summary>What is asked makes a program: each event has groups of its own.</summary>
    private static List<ProbeGroup> EventGroups(BoundSpec bound, Func<BoundEvent, int, IAction> action, List<MapImage> maps) =>
        EventGroups(bound, isSaving: false, action, maps);

    /// <summary>
    /// Those that save entries come first, so that no return is seen without its entry because the session began between the
    /// two.
    /// </summary>
    private static List<ProbeGroup> EntryGroups(BoundSpec bound, EntryImage? entries, List<MapImage> maps) => entries is null
        ? []
        : EventGroups(
            bound, isSaving: true,
            (asked, _) => new SaveAction(entries, maps[entries.CallsMap].ValueSize, asked.Saved ?? []),
            maps);

    private static List<ProbeGroup> EventGroups(
        BoundSpec bound, bool isSaving, Func<BoundEvent, int, IAction> action, List<MapImage> maps) =>
        [
            .. bound.Events.Index().SelectMany(entry => Groups(
                [.. bound.Probes.Where(probe => probe.EventIndex == entry.Index && probe.IsSaving == isSaving)],
                bound.Options,
                action(entry.Item, entry.Index),
                maps)),
        ];

    /// <summary>Each way of attaching is tried first with the program that unwinds, then with the plain one.</summary>
    private static ProbeGroup WithFallback(ProbeGroup unwinding, ProbeGroup plain) => unwinding with
    {
        Alternatives =
        [
            .. unwinding.Alternatives.Zip(plain.Alternatives, (first, second) => new[] { first, second })
                .SelectMany(pair => pair),
        ],
    };
}
