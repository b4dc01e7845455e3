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
        var stacks = bound.Options.Stacks is { } options ? StackImage.Add(options, maps, bound.Options.PerfBuffers) : null;
        var rows = bound.Options.Rows is { } shown ? RowImage.Add(shown, slots, maps, bound.Options.PerfBuffers, LargestRecord(bound, shown)) with
        {
            UserStacks = [.. bound.Events.Select(sent => RowRecord.HeaderSize + new EventLayout(sent, shown).UserStack)],
        } : null;
        if (rows is not null)
        {
            var entries = EntryImage.Add(bound.Events, slots, maps);
            return new ProgramImage(maps, EventGroups(bound, rows, entries, maps), slots, bound.Options.Pid)
            {
                Rows = rows,
                Entries = entries,
            };
        }

        IAction action = stacks is not null ? new StackAction(stacks) : new CountAction();
        var same = new List<MapImage>(maps);
        var groups = Groups(bound, action, maps);
        if (stacks is { Unwind: not null })
        {
            var plain = Groups(bound, new StackAction(stacks with { Unwind = null }), same);
            groups = [.. groups.Zip(plain, WithFallback)];
        }

        return new ProgramImage(maps, groups, slots, bound.Options.Pid) { Stacks = stacks };
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

    /// <summary>
    /// What is sent makes a program: each event has groups of its own. Those that save entries come first, so that no return
    /// is seen without its entry because the session began between the two.
    /// </summary>
    private static List<ProbeGroup> EventGroups(BoundSpec bound, RowImage rows, EntryImage? entries, List<MapImage> maps) =>
        [
            .. entries is null ? [] : bound.Events.Index().SelectMany(entry => Groups(
                [.. bound.Probes.Where(probe => probe.EventIndex == entry.Index && probe.IsSaving)],
                bound.Options,
                new SaveAction(entries, maps[entries.CallsMap].ValueSize, entry.Item.Saved ?? []),
                maps)),
            .. rows.Unwind is null
                ? RowGroups(bound, rows, entries, maps)
                : RowGroups(bound, rows, entries, maps).Zip(
                    RowGroups(bound, rows with { Unwind = null }, entries, maps), WithFallback),
        ];

    private static IEnumerable<ProbeGroup> RowGroups(
        BoundSpec bound, RowImage rows, EntryImage? entries, List<MapImage> maps) =>
        bound.Events.Index().SelectMany(entry => Groups(
            [.. bound.Probes.Where(probe => probe.EventIndex == entry.Index && !probe.IsSaving)],
            bound.Options,
            new RowAction(rows, entry.Item, entry.Index, bound.Options.Tasks.Name, entries),
            maps));

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
