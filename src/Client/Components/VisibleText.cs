using System.Buffers;
using System.Globalization;
using System.Text;

namespace BpfDashboard.Client.Components;

/// <summary>Names as they may be shown. visible-text.ts does the same in the browser.</summary>
internal static class VisibleText
{
    /// <summary>
    /// Characters that are not seen but change what is (control characters, those that turn the direction of writing,
    /// halves of characters) appear as their escapes, as <c>\u202e</c>.
    /// </summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var isWhole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (isWhole && !IsUnseen(rune))
            {
                shown.Append(rest[..length]);
            }
            else
            {
                shown.Append(Escape(isWhole ? rune.Value : rest[0]));
            }

            rest = rest[length..];
        }

        return shown.ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(int code) => code > 0xffff ? $"\\u{{{code:x}}}" : $"\\u{code:x4}";
}
