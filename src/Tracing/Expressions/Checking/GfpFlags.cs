using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>
/// Flags of the kernel's allocator. Their bits move from version to version; since Linux 6.10 BTF has them as an enum
/// (<c>___GFP_HIGH_BIT</c>). The bits here are those of Linux 5.10 to 6.9 (include/linux/gfp_types.h).
/// </summary>
internal static class GfpFlags
{
    private static readonly string[] Bits =
    [
        "DMA", "HIGHMEM", "DMA32", "MOVABLE", "RECLAIMABLE", "HIGH", "IO", "FS", "ZERO", "ATOMIC", "DIRECT_RECLAIM",
        "KSWAPD_RECLAIM", "WRITE", "NOWARN", "RETRY_MAYFAIL", "NOFAIL", "NORETRY", "MEMALLOC", "COMP", "NOMEMALLOC",
        "HARDWALL", "THISNODE", "ACCOUNT",
    ];

    private static readonly Dictionary<string, string> Sums = new()
    {
        ["GFP_ATOMIC"] = "HIGH KSWAPD_RECLAIM",
        ["GFP_KERNEL"] = "DIRECT_RECLAIM KSWAPD_RECLAIM IO FS",
        ["GFP_KERNEL_ACCOUNT"] = "DIRECT_RECLAIM KSWAPD_RECLAIM IO FS ACCOUNT",
        ["GFP_NOWAIT"] = "KSWAPD_RECLAIM",
        ["GFP_NOIO"] = "DIRECT_RECLAIM KSWAPD_RECLAIM",
        ["GFP_NOFS"] = "DIRECT_RECLAIM KSWAPD_RECLAIM IO",
        ["GFP_USER"] = "DIRECT_RECLAIM KSWAPD_RECLAIM IO FS HARDWALL",
        ["GFP_HIGHUSER"] = "DIRECT_RECLAIM KSWAPD_RECLAIM IO FS HARDWALL HIGHMEM",
        ["GFP_DMA"] = "DMA",
        ["GFP_DMA32"] = "DMA32",
        ["__GFP_RECLAIM"] = "DIRECT_RECLAIM KSWAPD_RECLAIM",
    };

    /// <summary>The names there are.</summary>
    public static IEnumerable<string> Names => [.. Sums.Keys, .. Bits.Select(bit => $"__GFP_{bit}")];

    /// <summary>The value of a name, on the kernel whose types these are; null if it is none.</summary>
    public static long? Find(string name, ITypeSource types) =>
        Sums.TryGetValue(name, out var sum) ? sum.Split(' ').Sum(bit => Bit(bit, types))
        : name.StartsWith("__GFP_", StringComparison.Ordinal) && Bits.Contains(name[6..]) ? Bit(name[6..], types)
        : null;

    private static long Bit(string name, ITypeSource types) =>
        1L << (int)(types.FindConstant($"___GFP_{name}_BIT")?.Constant.Value ?? Array.IndexOf(Bits, name));
}
