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
        var (columns, lines) = Content(slice);
        await writer.WriteLineAsync($"block,start_ms,end_ms,{columns}");
        foreach (var (index, fold) in slice.Blocks())
        {
            foreach (var line in lines(fold))
            {
                await writer.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{index},{fold.StartMs:0.###},{fold.EndMs:0.###},{line}"));
            }
        }
    }

    private static (string Columns, Func<Fold, IEnumerable<string>> Lines) Content(ExportedSlice slice) =>
        slice.Distributions is { } distributions ? (
            "distribution,key,low,high,count,sum,min,max",
            fold => Counts(distributions, fold).Concat(fold.Losses.Select(loss => $"{Field(loss.Reason)},,,,{loss.Count},,,")))
        : slice.Details.Stacks is not null ? (
            "kind,pid,tid,cpu,comm,quality,stack,count",
            fold => Stacks(slice, fold).Concat(Losses(fold)))
        : ("name,where,count", fold => Rows(slice, fold));

    /// <summary>A line for each value, or bucket of a histogram; a key is <c>name=value</c>, with semicolons.</summary>
    private static IEnumerable<string> Counts(ExportedDistributions distributions, Fold fold) =>
        from one in distributions.Info.Distributions.Index()
        from count in distributions.Of(one.Index, fold)
        let cells = one.Item.Keys.Zip(distributions.Cells(count.Key), (column, cell) => $"{column.Label}={cell.Raw ?? cell.Text}")
        let range = one.Item.Histogram is { } histogram ? ExportedDistributions.Range(histogram, count.Bucket) : default
        let measures = one.Item.Histogram is null ? ",," : string.Create(
            CultureInfo.InvariantCulture, $"{count.Sum:F0},{count.Min:F0},{count.Max:F0}")
        select $"{Field(one.Item.Title)},{Field(string.Join(';', cells))},{range.Low},{range.High},{count.Count},{measures}";

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
