using System.Buffers;
using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Rust's older names: those of C++ without arguments, with a hash at the end, and with what C++ has no characters for
/// written in dollars: <c>_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE</c>.
/// </summary>
internal static class RustName
{
    private const int HashLength = 16;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    // $u7e$ and the like stand for any other character.
    private static readonly Dictionary<string, string> Escapes = new()
    {
        ["SP"] = "@",
        ["BP"] = "*",
        ["RF"] = "&",
        ["LT"] = "<",
        ["GT"] = ">",
        ["LP"] = "(",
        ["RP"] = ")",
        ["C"] = ",",
    };

    /// <summary>Null if it is no name of Rust. What follows it after a dot (<c>.llvm.123</c>) is left out.</summary>
    public static string? TryDemangle(string name)
    {
        if (!name.StartsWith("_ZN", StringComparison.Ordinal) || Parts(name) is not { Count: > 1 } parts || !IsHash(parts[^1]))
        {
            return null;
        }

        return string.Join("::", parts.SkipLast(1).Select(Unescaped));
    }

    /// <summary>Length and name, again and again, then E. Null if that is not all.</summary>
    private static List<string>? Parts(string name)
    {
        var parts = new List<string>();
        var at = 3;
        while (at < name.Length && char.IsAsciiDigit(name[at]))
        {
            var digits = name.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 4 || int.Parse(name.AsSpan(at, digits), CultureInfo.InvariantCulture) is var length
                && at + digits + length > name.Length)
            {
                return null;
            }

            parts.Add(name.Substring(at + digits, length));
            at += digits + length;
        }

        return at < name.Length && name[at] == 'E' && (at + 1 == name.Length || name[at + 1] == '.') ? parts : null;
    }

    private static bool IsHash(string part) =>
        part.Length == HashLength + 1 && part[0] == 'h' && part.AsSpan(1).IndexOfAnyExcept(Hexadecimal) < 0;

    private static string Unescaped(string part)
    {
        // An underscore goes before what would not begin like a name.
        var rest = part.StartsWith("_$", StringComparison.Ordinal) ? part.AsSpan(1) : part;
        var text = new StringBuilder(rest.Length);
        while (!rest.IsEmpty)
        {
            if (rest[0] == '$' && rest[1..].IndexOf('$') is > 0 and var end && Meaning(rest[1..(end + 1)]) is { } meaning)
            {
                text.Append(meaning);
                rest = rest[(end + 2)..];
            }
            else if (rest.StartsWith(".."))
            {
                text.Append("::");
                rest = rest[2..];
            }
            else
            {
                text.Append(rest[0]);
                rest = rest[1..];
            }
        }

        return text.ToString();
    }

    private static string? Meaning(ReadOnlySpan<char> escape) =>
        Escapes.GetValueOrDefault(escape.ToString())
        ?? (escape[0] == 'u' && escape.Length <= 7
            && int.TryParse(escape[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && Rune.IsValid(code) && !Rune.IsControl(new Rune(code))
                ? new Rune(code).ToString()
                : null);
}
