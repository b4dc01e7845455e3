using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Recordings;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The text BCC's funccount prints, or its stackcount for a session with stacks (<see cref="BccStacks"/>), or its argdist
/// for one with distributions (<see cref="BccDistributions"/>):
/// <code>
/// Tracing 5 functions for "vfs_*"... Hit Ctrl-C to end.
///
/// 14:02:11
/// FUNC                                    COUNT
/// vfs_fsync_range                             2
/// Detaching...
/// </code>
/// The time comes with -T only, and is the end of the block in the server's time zone. Folded stacks (-f) come without
/// what is around them.
/// </summary>
internal static class BccExport
{
    public static async Task WriteAsync(ExportedSlice slice, Stream target, TimeZoneInfo? zone = null)
    {
        var details = slice.Details;
        if (slice.Distributions is { } distributions)
        {
            await WriteAsync(slice, distributions, target, zone ?? TimeZoneInfo.Local);
            return;
        }

        var stacks = details.Stacks is { } options ? new BccStacks(options, slice.Stacks) : null;
        var isBare = details.Stacks is { Folded: true };
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await writer.WriteAsync(isBare ? "" :
            $"Tracing {CountTraced(details)} functions for \"{PlainText.Escape(details.Pattern)}\"... Hit Ctrl-C to end.\n");
        foreach (var (_, fold) in slice.Blocks())
        {
            await writer.WriteAsync($"{(isBare ? "" : "\n")}{Time(details, fold, zone ?? TimeZoneInfo.Local)}");
            await writer.WriteAsync(stacks?.Block(fold) ?? Rows(details, fold));
        }

        var hasEnded = details.Summary.State is SessionState.Finished or SessionState.Failed;
        await writer.WriteAsync(hasEnded && !isBare ? "Detaching...\n" : "");
    }

    /// <summary>The losses of a ledger, in the words in which BCC tells of lost events on stderr, with the reason.</summary>
    public static string Lost(IEnumerable<LossInfo> ledger) => string.Concat(ledger.Where(LedgerCauses.IsLoss).Select(loss =>
        string.Create(CultureInfo.InvariantCulture, $"Possibly lost {loss.Count} samples ({loss.Reason})\n")));

    private static async Task WriteAsync(
        ExportedSlice slice, ExportedDistributions distributions, Stream target, TimeZoneInfo zone)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var text = new BccDistributions(distributions);
        foreach (var (_, fold) in slice.Blocks())
        {
            await writer.WriteAsync(text.Block(
                distributions.Info.Cumulative ? slice.UpTo(fold) : fold, EndOf(slice.Details, fold, zone)));
        }

        await writer.WriteAsync(Lost(slice.Total.Losses));
    }

    /// <summary>Those that could be attached; before it has been tried, all.</summary>
    private static int CountTraced(SessionDetails details) => details.AttachMs is null
        ? details.Targets.Count
        : details.Targets.Count(target => target.Mechanism is not null);

    private static string Time(SessionDetails details, Fold fold, TimeZoneInfo zone) => details.Timestamps
        ? string.Create(CultureInfo.InvariantCulture, $"{EndOf(details, fold, zone):HH:mm:ss}\n")
        : "";

    /// <summary>Session time begins when everything is attached.</summary>
    private static DateTimeOffset EndOf(SessionDetails details, Fold fold, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(
        details.Summary.StartedAt.AddMilliseconds((details.AttachMs ?? 0) + fold.EndMs), zone);

    private static StringBuilder Rows(SessionDetails details, Fold fold)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"FUNC",-36} {"COUNT",8}\n");
        foreach (var (slot, count) in ExportedSlice.Ascending(fold))
        {
            text.Append(CultureInfo.InvariantCulture, $"{PlainText.Escape(details.Targets[slot].Name),-36} {count,8}\n");
        }

        return text;
    }
}
