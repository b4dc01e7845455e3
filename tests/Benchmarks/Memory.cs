using System.Globalization;
using System.Runtime.InteropServices;

namespace BpfDashboard.Benchmarks;

internal static class Memory
{
    /// <summary>What the BPF maps that a process holds take in the kernel, in KiB.</summary>
    internal static long MapKilobytes(int pid) =>
        (Files(pid, "anon_inode:bpf-map").Sum(file => Figure(file, "memlock:")) + 1023) / 1024;

    /// <summary>How long the BPF programs that a process holds ran so far; only grows while run statistics are on.</summary>
    internal static long RunNanoseconds(int pid) =>
        Files(pid, "anon_inode:bpf-prog").DistinctBy(file => Figure(file, "prog_id:")).Sum(file => Figure(file, "run_time_ns:"));

    /// <summary>How many perf events a process holds.</summary>
    internal static int PerfEvents(int pid) => Files(pid, "anon_inode:[perf_event]").Count();

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

    /// <summary>What the kernel says of a process's open files of a kind; none of a process that is gone.</summary>
    private static IEnumerable<string> Files(int pid, string kind) => !Directory.Exists($"/proc/{pid}/fd") ? [] :
        Directory.EnumerateFiles($"/proc/{pid}/fd")
            .Where(file => new FileInfo(file).LinkTarget == kind)
            .Select(file => $"/proc/{pid}/fdinfo/{Path.GetFileName(file)}");

    private static long Figure(string file, string name) => File.ReadLines(file)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan(name.Length).Trim(), CultureInfo.InvariantCulture));
}

internal static partial class Signals
{
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int pid, int signal);
}
