using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The text BCC's funccount prints:
/// <code>
/// Tracing 5 functions for "vfs_*"... Hit Ctrl-C to end.
///
/// 14:02:11
/// FUNC                                    COUNT
/// vfs_fsync_range                             2
/// Detaching...
/// </code>
/// The time comes with -T only, and is the end of the block in the server's time zone.
/// </summary>
internal static class BccExport
{
    public static async Task WriteAsync(ExportedSlice slice, Stream target, TimeZoneInfo? zone = null)
    {
        var details = slice.Details;
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync(
            $"Tracing {CountTraced(details)} functions for \"{PlainText.Escape(details.Pattern)}\"... Hit Ctrl-C to end.");
        foreach (var (_, fold) in slice.Blocks())
        {
            await writer.WriteAsync(Block(details, fold, zone ?? TimeZoneInfo.Local));
        }

        if (details.Summary.State is SessionState.Finished or SessionState.Failed)
        {
            await writer.WriteLineAsync("Detaching...");
        }
    }

    /// <summary>Those that could be attached; before it has been tried, all.</summary>
    private static int CountTraced(SessionDetails details) => details.AttachMs is null
        ? details.Targets.Count
        : details.Targets.Count(target => target.Mechanism is not null);

    private static StringBuilder Block(SessionDetails details, Fold fold, TimeZoneInfo zone)
    {
        var text = new StringBuilder("\n");
        if (details.Timestamps)
        {
            // Session time begins when everything is attached.
            var begin = details.Summary.StartedAt.AddMilliseconds(details.AttachMs ?? 0);
            var end = TimeZoneInfo.ConvertTime(begin.AddMilliseconds(fold.EndMs), zone);
            text.Append(CultureInfo.InvariantCulture, $"{end:HH:mm:ss}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{"FUNC",-36} {"COUNT",8}\n");
        foreach (var (slot, count) in ExportedSlice.Ascending(fold))
        {
            text.Append(CultureInfo.InvariantCulture, $"{PlainText.Escape(details.Targets[slot].Name),-36} {count,8}\n");
        }

        return text;
    }
}
