using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>One line per row and block (RFC 4180), times in milliseconds since the session began.</summary>
internal static class CsvExport
{
    public static async Task WriteAsync(ExportedSlice slice, Stream target)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync("block,start_ms,end_ms,name,where,count");
        foreach (var (index, fold) in slice.Blocks())
        {
            foreach (var (slot, count) in ExportedSlice.Ascending(fold))
            {
                await writer.WriteLineAsync(Line(index, fold, slice.Details.Targets[slot], count));
            }
        }
    }

    private static string Line(int block, Fold fold, TargetInfo target, long count) => string.Create(
        CultureInfo.InvariantCulture,
        $"{block},{fold.StartMs:0.###},{fold.EndMs:0.###},{Field(target.Name)},{Field(target.Where ?? "")},{count}");

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
