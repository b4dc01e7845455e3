using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>A text without its escapes.</summary>
/// <param name="Places">For each byte, where it comes from, counted from the opening quote.</param>
/// <param name="WrongAt">Where there is an escape (of two characters) that means nothing; null if there is none.</param>
internal sealed record Unescaped(IReadOnlyList<byte> Bytes, IReadOnlyList<int> Places, int? WrongAt);

/// <summary>What numbers, characters and strings of C mean.</summary>
internal static class Literals
{
    private const string NoFloats = "floating point is not there in the kernel";

    /// <summary>The number without a span, or what is wrong with it.</summary>
    public static (NumberSyntax? Number, string Message, string Hint) Number(string text)
    {
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (text.Contains('.') || (!isHexadecimal && char.IsAsciiDigit(text[0]) && IsFloat(text)))
        {
            return (null, NoFloats, "write whole numbers, in a smaller unit if need be");
        }

        var (digits, @base) = Digits(text);
        var suffix = digits.TrimStart([.. Alphabet(@base), .. Alphabet(@base).ToUpperInvariant()]);
        digits = digits[..^suffix.Length];
        if (digits.Length == 0 || Suffix(suffix) is not var (isUnsigned, longs))
        {
            return (null, $"'{text}' is not a number", Hint(@base));
        }

        return Value(digits, @base) is { } value
            ? (new NumberSyntax(default, value, @base, isUnsigned, longs), "", "")
            : (null, $"{text} does not fit in 64 bits", "the largest number is 18446744073709551615");
    }

    /// <summary>What is between the quotes of a character or string.</summary>
    /// <param name="quoted">With its quotes.</param>
    public static Unescaped Unescape(string quoted)
    {
        var (bytes, places) = (new List<byte>(quoted.Length), new List<int>(quoted.Length));
        for (var i = 1; i < quoted.Length - 1;)
        {
            if (Next(quoted.AsSpan(i, quoted.Length - i - 1)) is not var (next, length))
            {
                return new Unescaped(bytes, places, i);
            }

            bytes.AddRange(next);
            places.AddRange(Enumerable.Repeat(i, next.Length));
            i += length;
        }

        return new Unescaped(bytes, places, null);
    }

    /// <summary>The bytes of the first character or escape, and its length; null for an escape that there is not.</summary>
    private static (byte[] Bytes, int Length)? Next(ReadOnlySpan<char> text)
    {
        if (text[0] == '\\')
        {
            return Escape(text[1..]) is var (code, length) ? ([code], length + 1) : null;
        }

        var width = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;
        return (Encoding.UTF8.GetBytes(text[..width].ToString()), width);
    }

    private static bool IsFloat(string text) =>
        text.AsSpan().TrimEnd("fFlL").ContainsAny('e', 'E')
        || (text.EndsWith('f') && text.AsSpan(0, text.Length - 1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static (string Digits, NumberBase Base) Digits(string text) => text switch
    {
        ['0', 'x' or 'X', ..] => (text[2..], NumberBase.Hexadecimal),
        ['0', 'b' or 'B', ..] => (text[2..], NumberBase.Binary),
        ['0', >= '0' and <= '9', ..] => (text, NumberBase.Octal),
        _ => (text, NumberBase.Decimal),
    };

    private static string Alphabet(NumberBase @base) => "0123456789abcdef"[..(int)@base];

    private static string Hint(NumberBase @base) => @base switch
    {
        NumberBase.Octal => "a number that begins with 0 is octal: its digits go from 0 to 7",
        NumberBase.Binary => "a number that begins with 0b is binary: its digits are 0 and 1",
        NumberBase.Hexadecimal => "as in 0x1f; of suffixes there are u, l, ul, ll and ull",
        _ => "of suffixes there are u, l, ul, ll and ull; a name does not begin with a digit",
    };

    private static (bool IsUnsigned, int Longs)? Suffix(string suffix) => suffix switch
    {
        "" => (false, 0),
        "u" or "U" => (true, 0),
        "l" or "L" => (false, 1),
        "ll" or "LL" => (false, 2),
        "ul" or "uL" or "Ul" or "UL" or "lu" or "lU" or "Lu" or "LU" => (true, 1),
        "ull" or "uLL" or "Ull" or "ULL" or "llu" or "llU" or "LLu" or "LLU" => (true, 2),
        _ => null,
    };

    private static ulong? Value(string digits, NumberBase @base)
    {
        var value = UInt128.Zero;
        foreach (var digit in digits)
        {
            value = (value * (uint)@base) + (uint)int.Parse([digit], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (value > ulong.MaxValue)
            {
                return null;
            }
        }

        return (ulong)value;
    }

    /// <summary>The byte behind a backslash, and how many characters mean it.</summary>
    private static (byte Code, int Length)? Escape(ReadOnlySpan<char> text) => text switch
    {
        ['n', ..] => ((byte)'\n', 1),
        ['t', ..] => ((byte)'\t', 1),
        ['r', ..] => ((byte)'\r', 1),
        ['a', ..] => (7, 1),
        ['b', ..] => (8, 1),
        ['f', ..] => (12, 1),
        ['v', ..] => (11, 1),
        ['e', ..] => (27, 1),
        ['\\' or '\'' or '"' or '?', ..] => ((byte)text[0], 1),
        ['x', ..] => Digits(text[1..], 16, 2) is var (code, length) ? (code, length + 1) : null,
        _ => Digits(text, 8, 3),
    };

    private static (byte Code, int Length)? Digits(ReadOnlySpan<char> text, int @base, int most)
    {
        var (value, length) = (0, 0);
        while (length < Math.Min(most, text.Length) && char.IsAsciiHexDigit(text[length]))
        {
            var digit = int.Parse(text.Slice(length, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (digit >= @base)
            {
                break;
            }

            (value, length) = ((value * @base) + digit, length + 1);
        }

        return length > 0 && value <= 255 ? ((byte)value, length) : null;
    }
}
