using System.Runtime.InteropServices;

namespace BpfDashboard.Kernel.Tests;

/// <summary>What the kernel holds, asked without the code under test.</summary>
internal static unsafe partial class KernelObjects
{
    /// <summary>Whether a program with this id is loaded.</summary>
    internal static bool ProgramExists(uint id)
    {
        var fd = ProgGetFdById(id);
        if (fd >= 0)
        {
            _ = Close(fd);
        }

        return fd >= 0;
    }

    /// <summary>How many programs, maps and links this process holds open.</summary>
    internal static int BpfDescriptors() =>
        Directory.EnumerateFiles("/proc/self/fd")
            .Count(file => new FileInfo(file).LinkTarget is { } target
                && (target.StartsWith("anon_inode:bpf", StringComparison.Ordinal)
                    || target.Contains("perf_event", StringComparison.Ordinal)));

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_get_fd_by_id")]
    private static partial int ProgGetFdById(uint id);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
