using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>The map through which records come one by one: a ring buffer, or a perf buffer of each CPU.</summary>
internal static class EventBuffer
{
    /// <summary>More CPUs than any kernel of x86-64 is built for (NR_CPUS).</summary>
    private const int MaxCpus = 8192;

    /// <summary>A map with so many bytes for all CPUs together.</summary>
    internal static MapImage Map(string name, int size, bool perfBuffers) => perfBuffers
        ? new(name, MapType.PerfEventArray, sizeof(uint), sizeof(uint), MaxCpus) { BufferSize = size }
        : new(name, MapType.Ringbuf, 0, 0, size);
}
