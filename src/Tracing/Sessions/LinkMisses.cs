using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Hits that never reached a program, because the CPU was inside another probe: counted by kprobe.multi and kprobe
/// perf links since Linux 6.7. What a program itself refuses is counted with the program.
/// </summary>
internal static unsafe class LinkMisses
{
    /// <summary>The misses of one link so far; 0 for links and kernels that count none.</summary>
    internal static long Read(FileHandle link)
    {
        var info = default(LinkInfo);
        var size = (uint)sizeof(LinkInfo);

        // The kernel fills as much of the structure as it knows, and leaves the rest zero.
        if (Native.ObjGetInfoByFd(link, &info, &size) < 0)
        {
            return 0;
        }

        return info switch
        {
            { Type: LinkType.KprobeMulti } => (long)info.KprobeMultiMissed,
            { Type: LinkType.PerfEvent, PerfType: PerfLinkType.Kprobe } => (long)info.PerfKprobeMissed,
            _ => 0,
        };
    }
}
