using System.Globalization;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>How deep this kernel reads stacks.</summary>
internal static class StackDepth
{
    private const string Setting = "/proc/sys/kernel/perf_event_max_stack";

    /// <summary>Most frames of a part: the kernel's setting, or ours if that is less.</summary>
    internal static int Read()
    {
        try
        {
            var setting = int.Parse(File.ReadAllText(Setting), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
            return Math.Clamp(setting, 1, StackRecord.MaxFrames);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            // Its default, then.
            return StackRecord.MaxFrames;
        }
    }
}
