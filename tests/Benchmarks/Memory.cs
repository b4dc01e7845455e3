using System.Globalization;
using System.Runtime.InteropServices;

namespace BpfDashboard.Benchmarks;

internal static class Memory
{
    /// <summary>What the BPF maps that a process holds take in the kernel, in KiB.</summary>
    internal static long MapKilobytes(int pid) =>
        Directory.EnumerateFiles($"/proc/{pid}/fd")
            .Where(file => new FileInfo(file).LinkTarget == "anon_inode:bpf-map")
            .Select(file => File.ReadLines($"/proc/{pid}/fdinfo/{Path.GetFileName(file)}")
                .Where(line => line.StartsWith("memlock:", StringComparison.Ordinal))
                .Sum(line => long.Parse(line.AsSpan("memlock:".Length).Trim(), CultureInfo.InvariantCulture)))
            .Sum() / 1024;

    /// <summary>The most resident memory a process has had so far, in KiB; 0 if it is gone.</summary>
    internal static long PeakKilobytes(int pid)
    {
        // VmHWM:	   12345 kB
        var file = $"/proc/{pid}/status";
        var line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        return line is null ? 0 : long.Parse(line.AsSpan(6, line.Length - 8).Trim(), CultureInfo.InvariantCulture);
    }
}

internal static partial class Signals
{
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int pid, int signal);
}
