using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Specs;

/// <summary>Draws a diagnostic under its line of text, for terminals, logs and tests.</summary>
internal static class CaretRenderer
{
    private const string Indent = "  ";

    public static string Render(Diagnostic diagnostic, string text)
    {
        var start = Math.Clamp(diagnostic.Span.Start, 0, text.Length);
        var lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        var lineEnd = EndOfLine(text, lineStart);
        start = Math.Min(start, lineEnd);
        var end = Math.Clamp(diagnostic.Span.End, start, lineEnd);

        var before = text[lineStart..start];
        var line = text.AsSpan(0, lineStart).Count('\n') + 1;
        var column = before.EnumerateRunes().Count(rune => Width(rune) > 0) + 1;
        var carets = $"^{new string('~', Math.Max(0, Width(text[start..end]) - 1))}";
        var output = new StringBuilder();
        output.Append(CultureInfo.InvariantCulture, $"spec:{line}:{column}: error: {diagnostic.Message}\n");
        output.Append($"{Indent}{Printable(text[lineStart..lineEnd])}".TrimEnd()).Append('\n');
        output.Append(CultureInfo.InvariantCulture, $"{Indent}{Padding(before)}{carets}\n");
        if (diagnostic.Hint is not null)
        {
            output.Append(CultureInfo.InvariantCulture, $"hint: {diagnostic.Hint}\n");
        }

        return output.ToString();
    }

    private static int EndOfLine(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        end = end < 0 ? text.Length : end;
        return end > start && text[end - 1] == '\r' ? end - 1 : end;
    }

    // Tabs stay, so that the padding is as wide as the text above it whatever a tab's width is.
    private static string Padding(string before)
    {
        var padding = new StringBuilder();
        foreach (var rune in before.EnumerateRunes())
        {
            padding.Append(rune.Value == '\t' ? "\t" : new string(' ', Width(rune)));
        }

        return padding.ToString();
    }

    /// <summary>Control characters become the replacement character: the text may go to a terminal.</summary>
    private static string Printable(string line) =>
        string.Concat(line.Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c));

    private static int Width(string text) => text.EnumerateRunes().Sum(Width);

    /// <summary>Columns of a terminal: none for combining marks, two for East Asian characters and emoji.</summary>
    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // The blocks of Unicode's EastAsianWidth.txt that are W or F.
    private static bool IsWide(int value) => value
        is (>= 0x1100 and <= 0x115F)
        or (>= 0x2E80 and <= 0x303E)
        or (>= 0x3041 and <= 0xA4CF)
        or (>= 0xA960 and <= 0xA97F)
        or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F)
        or (>= 0xFF00 and <= 0xFF60)
        or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1F64F)
        or (>= 0x1F900 and <= 0x1F9FF)
        or (>= 0x20000 and <= 0x3FFFD);
}
