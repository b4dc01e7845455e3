using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>What a session that collects stacks has beside its counts: indices of its maps in the image.</summary>
/// <param name="ScratchMap">The buffers that stacks are collected in.</param>
/// <param name="CountsMap">Holds the current map of counts, which user space exchanges when it fills.</param>
/// <param name="RingMap">The ring buffer of new stacks, or the perf buffers.</param>
/// <param name="LossesMap">A u64 for each <see cref="LossCause"/>, per CPU.</param>
public sealed record StackImage(StackOptions Options, int ScratchMap, int CountsMap, int RingMap, int LossesMap)
{
    /// <summary>Most different stacks in the map of counts before it must be exchanged.</summary>
    public const int CountsEntries = 65_536;

    /// <summary>Bytes of the ring buffer: some thousands of new stacks between two reads.</summary>
    public const int RingSize = 4 << 20;

    /// <summary>The maps to unwind user stacks by; null to follow frame pointers.</summary>
    public UnwindImage? Unwind { get; init; }

    /// <summary>Whether new stacks go through perf buffers.</summary>
    public bool PerfBuffers { get; init; }

    /// <summary>Adds the maps.</summary>
    internal static StackImage Add(StackOptions options, List<MapImage> maps, bool perfBuffers = false)
    {
        var first = maps.Count;
        maps.Add(new("scratch", MapType.PerCpuArray, sizeof(uint), StackRecord.Scratch.Size, StackRecord.Scratch.PerCpu));
        maps.Add(new("stack_counts", MapType.ArrayOfMaps, sizeof(uint), sizeof(uint), 1)
        {
            Inner = new("stacks", MapType.Hash, StackRecord.KeySize, sizeof(ulong), CountsEntries),
        });
        maps.Add(EventBuffer.Map("new_stacks", RingSize, perfBuffers));
        maps.Add(new("losses", MapType.PerCpuArray, sizeof(uint), sizeof(ulong), Enum.GetValues<LossCause>().Length));
        var stacks = new StackImage(options, first, first + 1, first + 2, first + 3) { PerfBuffers = perfBuffers };
        return options is { User: true, Unwind: true } ? stacks with { Unwind = UnwindImage.Add(maps) } : stacks;
    }
}

/// <summary>Indices of the maps by which user stacks are unwound.</summary>
/// <param name="WordsMap">The tables, as <see cref="UnwindLayout"/> says.</param>
/// <param name="ProcessesMap">The mappings of each process.</param>
public sealed record UnwindImage(int WordsMap, int ProcessesMap)
{
    /// <summary>Chunks of tables: 16 MiB, which is 1.5 million rows and more.</summary>
    private const int Chunks = 256;

    /// <summary>Processes at a time; stacks of others are collected by frame pointers.</summary>
    private const int Processes = 512;

    /// <summary>Adds the maps.</summary>
    internal static UnwindImage Add(List<MapImage> maps)
    {
        maps.Add(new("unwind_words", MapType.Array, sizeof(uint), UnwindLayout.WordsOfChunk * sizeof(ulong), Chunks));
        maps.Add(new("unwind_process", MapType.Hash, sizeof(uint), UnwindLayout.ProcessSize, Processes));
        return new UnwindImage(maps.Count - 2, maps.Count - 1);
    }
}
