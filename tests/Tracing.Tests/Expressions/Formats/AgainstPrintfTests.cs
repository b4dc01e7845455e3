using System.Buffers;
using System.Text;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions.Formats;

/// <summary>What is printed, byte by byte, as the printf of the machine's libc prints it.</summary>
public sealed class AgainstPrintfTests
{
    private static readonly long[] Numbers =
        [0, 1, -1, 7, 8, 42, -42, 127, 128, 255, 256, 65535, -32768, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    private static readonly string[] Texts = ["", "a", "hello", "hello world", "tab\\tend", "\\303\\274ber"];

    [Fact]
    public void Every_conversion_prints_what_printf_prints()
    {
        var random = new Random(11);
        var cases = Enumerable.Range(0, 4000).Select(_ => Case(random)).ToList();
        var expected = CProgram.Run("", cases.Select(it => $"printf(\"[\" {it.Format} \"]\\n\", {it.Value});"));
        Assert.Equal(cases.Count, expected.Count);
        Assert.All(cases.Zip(expected), pair => Assert.Equal($"{pair.First.Format} {pair.Second}", $"{pair.First.Format} [{pair.First.Printed}]"));
    }

    private static (string Format, string Value, string Printed) Case(Random random)
    {
        var letter = "diuxXocsp"[random.Next(9)];
        var length = letter is 'c' or 's' or 'p' ? "" : Any(random, "", "", "h", "hh", "l", "ll", "z");
        var flags = string.Concat(Flags(letter).Where(_ => random.Next(3) == 0));
        var width = random.Next(2) == 0 ? "" : $"{random.Next(1, 30)}";
        var precision = letter is 'c' or 'p' || random.Next(2) == 0 ? "" : $".{Any(random, "", "0", "1", "5", "25")}";
        var format = $"\"%{flags}{width}{precision}{length}{letter}\"";
        if (letter == 's')
        {
            var text = $"\"{Any(random, Texts)}\"";
            return (format, text, Print(format, 0, BpfDashboard.Tracing.Expressions.Literals.Unescape(text).Bytes));
        }

        var number = Numbers[random.Next(Numbers.Length)];
        return (format, letter == 'p' ? $"(void *)0x{number:x}" : $"(long)0x{number:x}", Print(format, number, []));
    }

    /// <summary>Those that C defines for the letter.</summary>
    private static string Flags(char letter) => letter switch
    {
        'd' or 'i' => "-+ 0",
        'x' or 'X' or 'o' => "-#0",
        'u' => "-0",
        _ => "-",
    };

    private static string Print(string format, long number, IReadOnlyList<byte> text)
    {
        var syntax = FormatTests.Parse(format, []).Format;
        Assert.NotNull(syntax);
        var conversion = Assert.IsType<ConversionSyntax>(Assert.Single(syntax.Pieces));
        var again = FormatTests.Parse(syntax.ToString(), []).Format?.Pieces[0];
        Assert.Equal(conversion, again is null ? null : (ConversionSyntax)again with { Span = conversion.Span });
        var output = new ArrayBufferWriter<byte>();
        if (conversion.Letter == 's')
        {
            FormatRenderer.Append(output, conversion, text.ToArray());
        }
        else
        {
            FormatRenderer.Append(output, conversion, Fold.Extend(number, Width(conversion)));
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static IntegerType Width(ConversionSyntax conversion) => (conversion.Letter is 'd' or 'i', conversion.Length) switch
    {
        (_, "") when conversion.Letter == 'p' => CoreTypes.UnsignedLong,
        (true, "hh") => CoreTypes.SignedChar,
        (true, "h") => CoreTypes.Short,
        (true, "") => CoreTypes.Int,
        (true, _) => CoreTypes.Long,
        (false, "hh") => CoreTypes.UnsignedChar,
        (false, "h") => CoreTypes.UnsignedShort,
        (false, "") => CoreTypes.UnsignedInt,
        _ => CoreTypes.UnsignedLong,
    };

    private static string Any(Random random, params string[] values) => values[random.Next(values.Length)];
}
