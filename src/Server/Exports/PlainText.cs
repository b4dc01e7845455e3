using System.Globalization;
using System.Text;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// Names come from files that anyone may have written, and an export is read in a terminal: an escape sequence could
/// retitle it, and a change of direction make a line say something else.
/// </summary>
internal static class PlainText
{
    /// <summary>The text with control characters and marks of direction as <c>\u001b</c>.</summary>
    public static string Escape(string text)
    {
        if (!text.Any(IsDangerous))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (var character in text)
        {
            _ = IsDangerous(character)
                ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : escaped.Append(character);
        }

        return escaped.ToString();
    }

    private static bool IsDangerous(char character) =>
        char.IsControl(character) ||
        character is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
