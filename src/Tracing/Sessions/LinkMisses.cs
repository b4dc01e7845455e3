using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Hits that never reached a program, because the CPU was inside another probe: counted by kprobe.multi and kprobe
/// perf links since Linux 6.7. What a program itself refuses is counted with the program.
/// </summary>
internal static unsafe class LinkMisses
{
    /// <summary>Whether a link is of a kind that counts misses; the others need not be asked again and again.</summary>
    internal static bool AreCounted(FileHandle link) => ReadInfo(link) is
    { Type: LinkType.KprobeMulti } or { Type: LinkType.PerfEvent, PerfType: PerfLinkType.Kprobe };

    /// <summary>The misses of a link that counts them, so far; 0 on kernels that do not.</summary>
    internal static long Read(FileHandle link) => ReadInfo(link) switch
    {
        { Type: LinkType.KprobeMulti } info => (long)info.KprobeMultiMissed,
        { Type: LinkType.PerfEvent, PerfType: PerfLinkType.Kprobe } info => (long)info.PerfKprobeMissed,
        _ => 0,
    };

    /// <summary>All zero where the kernel tells nothing of links.</summary>
    private static LinkInfo ReadInfo(FileHandle link)
    {
        var info = default(LinkInfo);
        var size = (uint)sizeof(LinkInfo);

        // The kernel fills as much of the structure as it knows, and leaves the rest zero.
        return Native.ObjGetInfoByFd(link, &info, &size) < 0 ? default : info;
    }
}
