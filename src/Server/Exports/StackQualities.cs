using System.Text.Json;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Server.Exports;

/// <summary>What may be wrong with a stack, by name.</summary>
internal static class StackQualities
{
    private static readonly (StackQuality Quality, string Name)[] All =
    [
        .. Enum.GetValues<StackQuality>().Where(quality => quality != StackQuality.Good)
            .Select(quality => (quality, JsonNamingPolicy.CamelCase.ConvertName($"{quality}"))),
    ];

    /// <summary>"truncated", "noUserStack" …; nothing for a good stack.</summary>
    public static IEnumerable<string> Names(this StackQuality quality) =>
        All.Where(one => quality.HasFlag(one.Quality)).Select(one => one.Name);
}
