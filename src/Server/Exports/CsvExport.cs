using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// One line per row and block (RFC 4180), times in milliseconds since the session began. For a session with stacks one
/// line per stack, frames apart by semicolons from the outermost on, and one for each cause of loss: the counts of all
/// lines add up to the events.
/// </summary>
internal static class CsvExport
{
    public static async Task WriteAsync(ExportedSlice slice, Stream target)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        var hasStacks = slice.Details.Stacks is not null;
        await writer.WriteLineAsync(hasStacks
            ? "block,start_ms,end_ms,kind,pid,tid,cpu,comm,quality,stack,count"
            : "block,start_ms,end_ms,name,where,count");
        foreach (var (index, fold) in slice.Blocks())
        {
            foreach (var line in hasStacks ? Stacks(slice, fold).Concat(Losses(fold)) : Rows(slice, fold))
            {
                await writer.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{index},{fold.StartMs:0.###},{fold.EndMs:0.###},{line}"));
            }
        }
    }

    private static IEnumerable<string> Rows(ExportedSlice slice, Fold fold) =>
        from row in ExportedSlice.Ascending(fold)
        let target = slice.Details.Targets[row.Slot]
        select $"{Field(target.Name)},{Field(target.Where ?? "")},{row.Count}";

    private static IEnumerable<string> Stacks(ExportedSlice slice, Fold fold) =>
        from stack in slice.Stacks.Of(fold)
        orderby stack.Count
        let frames = string.Join(';', FoldedText.Frames(slice.Stacks, stack))
        let quality = string.Join(' ', stack.Quality.Names())
        select $"stack,{Fields(stack.Context)},{quality},{Field(frames)},{stack.Count}";

    private static IEnumerable<string> Losses(Fold fold) =>
        fold.Losses.Select(loss => $"loss,,,,,,{Field(loss.Reason)},{loss.Count}");

    private static string Fields(ContextInfo who) =>
        $"{who.Pid},{Number(who.Tid, none: 0)},{Number(who.Cpu, none: -1)},{Field(who.Comm)}";

    private static string Number(int number, int none) =>
        number == none ? "" : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Names come from files that anyone may have written. A spreadsheet would run one that begins like a formula; an
    /// apostrophe before it makes it text.
    /// </summary>
    internal static string Field(string text)
    {
        var plain = PlainText.Escape(text);
        var safe = plain is ['=' or '+' or '-' or '@', ..] ? "'" + plain : plain;
        return safe.AsSpan().ContainsAny(",\"") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
