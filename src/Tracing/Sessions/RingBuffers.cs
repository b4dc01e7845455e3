using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Whether this kernel has ring buffers, found out once, by making one.</summary>
internal static class RingBuffers
{
    private const int Smallest = 4096;
    private static readonly Lazy<string?> Answer = new(Try);

    /// <summary>Why there are none; null if there are, or if this process may make no maps at all.</summary>
    internal static string? Problem => Answer.Value;

    private static string? Try()
    {
        try
        {
            BpfMap.Create(new MapImage("trial", MapType.Ringbuf, 0, 0, Smallest)).Dispose();
            return null;
        }
        catch (BpfException refused)
        {
            return refused.Errno switch
            {
                Errors.NoPermission or Errors.Access => null,
                Errors.Invalid => "needs Linux 5.8; a perf buffer of each CPU stands in",
                _ => $"{Errors.Describe(refused.Errno)}; a perf buffer of each CPU stands in",
            };
        }
    }
}
