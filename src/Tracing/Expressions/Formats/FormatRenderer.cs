using System.Buffers;
using System.Globalization;

namespace BpfDashboard.Tracing.Expressions.Formats;

/// <summary>Prints values by conversions exactly as C's printf does (glibc's, where C leaves it open), in bytes.</summary>
internal static class FormatRenderer
{
    // A number of 64 bits in octal, and the widest precision.
    private const int MaxDigits = FormatParser.MaxWidth + 24;

    /// <summary>Prints what stands between conversions.</summary>
    public static void Append(IBufferWriter<byte> output, LiteralSyntax literal)
    {
        foreach (var code in literal.Bytes)
        {
            output.GetSpan(1)[0] = code;
            output.Advance(1);
        }
    }

    /// <summary>Prints a number by any conversion that takes one, but those of symbols.</summary>
    /// <param name="value">Extended to 64 bits from the width of the conversion.</param>
    public static void Append(IBufferWriter<byte> output, ConversionSyntax conversion, long value)
    {
        switch (conversion.Letter)
        {
            case 'c':
                Append(output, conversion with { Precision = null }, [(byte)value]);
                break;
            case 'p' when value == 0:
                Append(output, conversion with { Precision = null }, "(nil)"u8);
                break;
            default:
                AppendNumber(output, conversion, value);
                break;
        }
    }

    /// <summary>Prints a text; the precision cuts it, both count bytes.</summary>
    public static void Append(IBufferWriter<byte> output, ConversionSyntax conversion, ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, conversion.Precision ?? text.Length)];
        var padding = conversion.Width - text.Length;
        var isLeft = conversion.Flags.HasFlag(FormatOptions.Left);
        Fill(output, (byte)' ', isLeft ? 0 : padding);
        output.Write(text);
        Fill(output, (byte)' ', isLeft ? padding : 0);
    }

    private static void AppendNumber(IBufferWriter<byte> output, ConversionSyntax conversion, long value)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        var count = Digits(conversion, value, digits);
        var flags = conversion.Flags;
        var prefix = Prefix(conversion, value);
        var padding = conversion.Width - prefix.Length - count;
        var isLeft = flags.HasFlag(FormatOptions.Left);
        var zeros = flags.HasFlag(FormatOptions.Zeros) && !isLeft && conversion.Precision is null;
        Fill(output, (byte)' ', isLeft || zeros ? 0 : padding);
        output.Write(prefix);
        Fill(output, (byte)'0', zeros ? padding : 0);
        output.Write(digits[..count]);
        Fill(output, (byte)' ', isLeft ? padding : 0);
    }

    /// <summary>The digits without sign, at least as many as the precision says.</summary>
    private static int Digits(ConversionSyntax conversion, long value, Span<byte> digits)
    {
        var isSigned = conversion.Letter is 'd' or 'i';
        var magnitude = isSigned && value < 0 ? unchecked((ulong)-value) : (ulong)value;
        Span<byte> plain = stackalloc byte[24];
        var length = 0;
        if (magnitude != 0 || conversion.Precision != 0)
        {
            length = conversion.Letter switch
            {
                'o' => Octal(magnitude, plain),
                'x' or 'p' => Format(magnitude, "x", plain),
                'X' => Format(magnitude, "X", plain),
                _ => Format(magnitude, default, plain),
            };
        }

        var count = Math.Max(length, conversion.Precision ?? 1);
        var needsZero = conversion.Letter == 'o' && conversion.Flags.HasFlag(FormatOptions.Alternative)
            && count == length && (length == 0 || plain[0] != '0');
        count += needsZero ? 1 : 0;
        digits[..count].Fill((byte)'0');
        plain[..length].CopyTo(digits[(count - length)..]);
        return count;
    }

    private static int Format(ulong value, string? format, Span<byte> output) =>
        value.TryFormat(output, out var length, format, CultureInfo.InvariantCulture) ? length : 0;

    private static int Octal(ulong value, Span<byte> output)
    {
        var length = Math.Max(1, (66 - (int)ulong.LeadingZeroCount(value)) / 3);
        for (var i = length - 1; i >= 0; i--, value >>= 3)
        {
            output[i] = (byte)('0' + (value & 7));
        }

        return length;
    }

    private static ReadOnlySpan<byte> Prefix(ConversionSyntax conversion, long value) => conversion.Letter switch
    {
        'd' or 'i' when value < 0 => "-"u8,
        'd' or 'i' or 'p' when conversion.Flags.HasFlag(FormatOptions.Plus) => conversion.Letter == 'p' ? "+0x"u8 : "+"u8,
        'd' or 'i' or 'p' when conversion.Flags.HasFlag(FormatOptions.Blank) => conversion.Letter == 'p' ? " 0x"u8 : " "u8,
        'p' => "0x"u8,
        'x' when value != 0 && conversion.Flags.HasFlag(FormatOptions.Alternative) => "0x"u8,
        'X' when value != 0 && conversion.Flags.HasFlag(FormatOptions.Alternative) => "0X"u8,
        _ => [],
    };

    private static void Fill(IBufferWriter<byte> output, byte code, int count)
    {
        if (count > 0)
        {
            output.GetSpan(count)[..count].Fill(code);
            output.Advance(count);
        }
    }
}
