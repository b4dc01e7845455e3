using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>Short ways to ask a symbolizer.</summary>
internal static class Symbolizing
{
    /// <summary>The frames at an address of a process, innermost first.</summary>
    public static List<ResolvedFrame> User(this Symbolizer symbolizer, int pid, ulong address, bool isReturnAddress = false)
    {
        var frames = new List<ResolvedFrame>();
        symbolizer.ResolveUser(pid, address, isReturnAddress, frames);
        return frames;
    }

    /// <summary>The one frame at an address of the kernel.</summary>
    public static ResolvedFrame Kernel(this Symbolizer symbolizer, ulong address, bool isReturnAddress = false)
    {
        var frames = new List<ResolvedFrame>();
        symbolizer.ResolveKernel(address, isReturnAddress, frames);
        return Assert.Single(frames);
    }
}

/// <summary>Time that stands still until it is told to move.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => ticks += by.Ticks;

    public override long GetTimestamp() => ticks;
}
