using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Rows;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// What BCC's argdist prints for a block:
/// <code>
/// [14:02:11]
/// p:c:write(int fd):int:fd
///         COUNT      EVENT
///         2          fd = 7
///      len                 : count     distribution
///          0 -> 1          : 0        |                                        |
///          2 -> 3          : 2        |****************************************|
/// </code>
/// Values stand as the kernel has them, texts as Python prints bytes. Beyond BCC: values below zero have rows of their own,
/// and a histogram by key has a line with the key before each.
/// </summary>
internal sealed class BccDistributions(ExportedDistributions distributions)
{
    private const int NarrowStars = 40;
    private const int WideStars = 20;

    /// <summary>With higher slots than this, numbers need wider columns.</summary>
    private const int HighestNarrow = 32;

    /// <summary>The text of a block.</summary>
    public StringBuilder Block(Fold fold, DateTimeOffset end)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[{end:HH:mm:ss}]\n");
        foreach (var (index, distribution) in distributions.Info.Distributions.Index())
        {
            var counts = distributions.Of(index, fold);
            if (distribution.Histogram is { } histogram)
            {
                Histograms(text, distribution, histogram, counts);
            }
            else
            {
                Values(text, distribution, counts);
            }
        }

        return text;
    }

    private void Values(StringBuilder text, DistributionInfo distribution, IReadOnlyList<ExportedCount> counts)
    {
        text.Append(null, $"{PlainText.Escape(distribution.Title)}\n");
        Line(text, "COUNT", "EVENT");
        foreach (var count in counts.OrderBy(one => one.Count).TakeLast(distributions.Info.Top ?? int.MaxValue))
        {
            Line(text, count.Count.ToString(CultureInfo.InvariantCulture), Key(distribution, count.Key));
        }
    }

    private static void Line(StringBuilder text, string count, string key) => text.Append(null, $"\t{count,-10} {key}\n");

    private string Key(DistributionInfo distribution, int key) => distribution.Keys.Count == 0
        ? "total calls"
        : string.Join(", ", distribution.Keys.Zip(
            distributions.Cells(key), distributions.Constants(key)).Select(one => $"{Name(one.First.Label)} = {Value(one.Second, one.Third)}"));

    /// <summary>As BCC shows it, $entry(x) is x.</summary>
    private static string Name(string label) =>
        PlainText.Escape(label.StartsWith("$entry(", StringComparison.Ordinal) && label.IndexOf(')') == label.Length - 1
            ? label["$entry(".Length..^1]
            : label);

    private static string Value(RowCell cell, KeyConstant constant) =>
        constant.Text is { } bytes ? PythonBytes.Print(bytes) : PlainText.Escape(cell.Raw ?? cell.Text);

    private void Histograms(
        StringBuilder text, DistributionInfo distribution, HistogramInfo histogram, IReadOnlyList<ExportedCount> counts)
    {
        foreach (var key in counts.GroupBy(count => count.Key))
        {
            text.Append(distribution.Keys.Count == 0 ? "" : $"\n{Key(distribution, key.Key)}\n");
            var title = distribution.Title == distribution.Specifier ? Name(histogram.Value.Label) : PlainText.Escape(distribution.Title);
            if (histogram.Linear is null)
            {
                Logarithmic(text, title, histogram, key);
            }
            else
            {
                Linear(text, title, histogram, key);
            }
        }
    }

    /// <summary>Slot k holds the values from 2^(k-1) on, but the first those from 0; -k the same below zero.</summary>
    private static void Logarithmic(StringBuilder text, string title, HistogramInfo histogram, IEnumerable<ExportedCount> counts)
    {
        var slots = counts.GroupBy(count => Slot(ExportedDistributions.Range(histogram, count.Bucket)))
            .ToDictionary(slot => slot.Key, slot => slot.Sum(count => count.Count));
        var (lowest, highest) = (Math.Min(slots.Keys.Min(), 1), Math.Max(slots.Keys.Max(), 1));
        var isWide = Math.Max(highest, -lowest) > HighestNarrow;
        var (width, stars) = isWide ? (20, WideStars) : (10, NarrowStars);
        text.Append(isWide ? $"               {title,-29} : count     distribution\n" : $"     {title,-19} : count     distribution\n");
        var most = slots.Values.Max();
        foreach (var slot in Enumerable.Range(lowest, highest - lowest + 1).Where(slot => slot != 0))
        {
            var (first, last) = Values(slot);
            var count = slots.GetValueOrDefault(slot);
            text.Append(null, $"{$"{first}".PadLeft(width)} -> {$"{last}".PadRight(width)} : {count,-8} |{Stars(count, most, stars)}|\n");
        }
    }

    private static int Slot((Int128? Low, Int128? High) range) => range switch
    {
        ({ } low, _) when low >= 0 => low <= 1 ? 1 : (int)Int128.Log2(low) + 1,
        (_, { } high) => -((int)Int128.Log2(-high) + 1),
        _ => 1,
    };

    private static (Int128 First, Int128 Last) Values(int slot) => slot switch
    {
        1 => (0, 1),
        > 0 => (Int128.One << (slot - 1), (Int128.One << slot) - 1),
        _ => (1 - (Int128.One << -slot), -(Int128.One << (-slot - 1))),
    };

    private static void Linear(StringBuilder text, string title, HistogramInfo histogram, IEnumerable<ExportedCount> counts)
    {
        text.Append(null, $"     {title,-13} : count     distribution\n");
        var buckets = counts.ToDictionary(count => count.Bucket, count => count.Count);
        var (first, last, most) = (buckets.Keys.Min(), buckets.Keys.Max(), buckets.Values.Max());
        for (var bucket = first; bucket <= last; bucket++)
        {
            var count = buckets.GetValueOrDefault(bucket);
            var label = ExportedDistributions.Range(histogram, bucket) switch
            {
                (null, { } high) => $"< {high + 1}",
                ({ } low, null) => $">= {low}",
                var (low, _) => $"{low}",
            };
            text.Append(null, $"        {label,-10} : {count,-8} |{Stars(count, most, NarrowStars)}|\n");
        }
    }

    private static string Stars(long count, long most, int width) => new string('*', (int)((Int128)width * count / most)).PadRight(width);
}
