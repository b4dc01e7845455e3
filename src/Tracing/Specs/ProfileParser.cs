using System.Globalization;

namespace BpfDashboard.Tracing.Specs;

/// <summary>What may stand behind <c>profile:</c>: a frequency, as <c>99hz</c>, or as bpftrace writes it, <c>hz:99</c>.</summary>
internal static class ProfileParser
{
    /// <summary>The first part of the probe.</summary>
    public const string Keyword = "profile";

    /// <summary>Samples a second on each CPU. More would mostly measure the measuring.</summary>
    public const int MaxHertz = 10_000;

    private const string Unit = "hz";

    /// <summary>Samples a second on each CPU, or null if the text is no frequency that can be had.</summary>
    public static int? Hertz(string text)
    {
        var digits = text.StartsWith($"{Unit}:", StringComparison.Ordinal) ? text[(Unit.Length + 1)..]
            : text.EndsWith(Unit, StringComparison.OrdinalIgnoreCase) ? text[..^Unit.Length]
            : "";
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var hertz)
            && hertz is > 0 and <= MaxHertz ? hertz : null;
    }

    /// <summary>What is wrong with a text that is none.</summary>
    public static string Problem(string text) => text.Length == 0 ? "the frequency is missing"
        : text.Any(char.IsAsciiDigit) ? $"'{text}' is not a frequency from 1hz to {MaxHertz}hz"
        : $"'{text}' is not a frequency";

    /// <summary>What to write instead.</summary>
    public static string Hint(string text) => text.Length > 0 && text.All(char.IsAsciiDigit) && Hertz(text + Unit) is not null
        ? $"write {Keyword}:{text}{Unit}: so many samples a second on each CPU"
        : $"as in {Keyword}:99{Unit}, samples a second on each CPU"
            + (text.Length > 0 && char.IsAsciiLetter(text[0]) && !text.Contains(':')
                ? $"; for a function of a library {Keyword} write p:{Keyword}:{text}"
                : "");
}
