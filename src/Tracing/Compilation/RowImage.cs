using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>What a session that shows events one by one has beside its counts: indices of its maps in the image.</summary>
/// <param name="RingMap">The ring buffer of events, or the perf buffers.</param>
/// <param name="LossesMap">A u64 for each <see cref="LossCause"/> and slot, per CPU; see <see cref="LossIndex"/>.</param>
/// <param name="GuardMap">Holds a map with the current window of the rate guard: its number and the events in it.</param>
public sealed record RowImage(RowOptions Options, int RingMap, int LossesMap, int GuardMap)
{
    /// <summary>Bytes of the ring buffer: a third of a million events without arguments between two reads.</summary>
    public const int RingSize = 16 << 20;

    /// <summary>Length of the rate guard's window, as a power of two of nanoseconds: 134 ms.</summary>
    internal const int GuardWindowShift = 27;

    /// <summary>The same in nanoseconds.</summary>
    internal const long GuardWindow = 1L << GuardWindowShift;

    private static readonly int Causes = Enum.GetValues<LossCause>().Length;

    /// <summary>Where a slot's events that were lost for a cause are counted.</summary>
    internal static int LossIndex(int slot, LossCause cause) => (slot * Causes) + (int)cause;

    /// <summary>The cause that is counted at an index.</summary>
    internal static LossCause CauseAt(int index) => (LossCause)(index % Causes);

    /// <summary>
    /// The buffers that records are made in before they are sent; null where they are made in the ring buffer itself.
    /// </summary>
    public int? ScratchMap { get; init; }

    /// <summary>Whether records go through perf buffers.</summary>
    public bool PerfBuffers { get; init; }

    /// <summary>The maps to unwind user stacks by; null to follow frame pointers, or if there are none.</summary>
    public UnwindImage? Unwind { get; init; }

    /// <summary>Where in the record of each event its user stack lies, by the event's index; null for none.</summary>
    internal IReadOnlyList<int?> UserStacks { get; init; } = [];

    /// <summary>Adds the maps.</summary>
    /// <param name="largest">Bytes of the largest record.</param>
    internal static RowImage Add(
        RowOptions options, int slots, List<MapImage> maps, bool perfBuffers = false, int largest = 0)
    {
        var first = maps.Count;
        maps.Add(EventBuffer.Map("rows", RingSize, perfBuffers));
        maps.Add(new("losses", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), slots * Causes));
        maps.Add(new("rate_guard", MapType.ArrayOfMaps, sizeof(uint), sizeof(uint), 1)
        {
            Inner = new("window", MapType.Array, sizeof(uint), 2 * sizeof(ulong), 1),
        });
        var rows = new RowImage(options, first, first + 1, first + 2) { PerfBuffers = perfBuffers };
        var unwinds = options is { UserStack: true, Unwind: true };
        rows = perfBuffers || unwinds ? rows.WithScratch(largest, maps) : rows;
        return unwinds ? rows with { Unwind = UnwindImage.Add(maps) } : rows;
    }

    private RowImage WithScratch(int largest, List<MapImage> maps)
    {
        maps.Add(new("scratch", MapType.PerCpuArray, sizeof(uint), RowRecord.Scratch.Record + largest, StackRecord.Scratch.PerCpu));
        return this with { ScratchMap = maps.Count - 1 };
    }
}
