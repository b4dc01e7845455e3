using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>What a session that collects stacks has beside its counts: indices of its maps in the image.</summary>
/// <param name="ScratchMap">The buffers that stacks are collected in.</param>
/// <param name="CountsMap">Holds the current map of counts, which user space exchanges when it fills.</param>
/// <param name="RingMap">The ring buffer of new stacks.</param>
/// <param name="LossesMap">A u64 for each <see cref="LossCause"/>, per CPU.</param>
public sealed record StackImage(StackOptions Options, int ScratchMap, int CountsMap, int RingMap, int LossesMap)
{
    /// <summary>Most different stacks in the map of counts before it must be exchanged.</summary>
    public const int CountsEntries = 65_536;

    /// <summary>Bytes of the ring buffer: some thousands of new stacks between two reads.</summary>
    public const int RingSize = 4 << 20;

    /// <summary>Adds the maps.</summary>
    internal static StackImage Add(StackOptions options, List<MapImage> maps)
    {
        var first = maps.Count;
        maps.Add(new("scratch", MapType.PerCpuArray, sizeof(uint), StackRecord.Scratch.Size, StackRecord.Scratch.PerCpu));
        maps.Add(new("stack_counts", MapType.ArrayOfMaps, sizeof(uint), sizeof(uint), 1)
        {
            Inner = new("stacks", MapType.Hash, StackRecord.KeySize, sizeof(ulong), CountsEntries),
        });
        maps.Add(new("new_stacks", MapType.Ringbuf, 0, 0, RingSize));
        maps.Add(new("losses", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), Enum.GetValues<LossCause>().Length));
        return new StackImage(options, first, first + 1, first + 2, first + 3);
    }
}
