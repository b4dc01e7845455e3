using System.Globalization;
using System.Runtime.InteropServices;

namespace BpfDashboard.Benchmarks;

internal static class Memory
{
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
