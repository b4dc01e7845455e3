using System.Globalization;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Cpu;

namespace BpfDashboard.Tracing.Usdt;

/// <summary>
/// Reads the operands of a SystemTap note for x86-64, as the compiler's assembler has them:
/// <c>-4@%edi 8@-24(%rbp) 4@$5 8@8(%rax,%rbx,8)</c>. Never throws: what it does not understand is
/// <see cref="UsdtUnsupported"/>, so that an argument keeps its number.
/// </summary>
public static partial class UsdtOperandParser
{
    /// <summary>The format has no more than 12; beyond a hostile note's hundred nothing is read.</summary>
    private const int MaxOperands = 100;

    private const int WordSize = 8;

    /// <summary>All operands of a note, in order.</summary>
    public static IReadOnlyList<UsdtOperand> Parse(string operands) =>
        [.. Words().Matches(operands).Take(MaxOperands).Select(word => ParseOne(word.Value))];

    /// <summary>One operand. Without a size it has that of its register, else a signed word.</summary>
    public static UsdtOperand ParseOne(string operand)
    {
        var match = SizeAndPlace().Match(operand);
        if (!match.Success)
        {
            return new UsdtUnsupported(WordSize, true, $"'{Shown(operand)}' is no operand that we know");
        }

        var place = match.Groups["place"].Value;
        if (!match.Groups["size"].Success)
        {
            return Place(place, null, true, operand);
        }

        var (size, isSigned) = (int.Parse(match.Groups["size"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["sign"].Success);
        return match.Groups["float"].Success
                ? new UsdtUnsupported(size, true, "it is a floating-point number") { IsFloat = true }
            : size is 1 or 2 or 4 or WordSize ? Place(place, size, isSigned, operand)
            : new UsdtUnsupported(size, isSigned, $"it has {size} bytes");
    }

    private static UsdtOperand Place(string place, int? size, bool isSigned, string operand)
    {
        var bytes = size ?? WordSize;
        return Constant(place, bytes, isSigned)
            ?? Register(place, size, isSigned)
            ?? Memory(place, bytes, isSigned)
            ?? (UsdtOperand)new UsdtUnsupported(bytes, isSigned, Reason(place) ?? $"'{Shown(operand)}' is no operand that we know");
    }

    /// <summary><c>$5</c>; a constant is as wide as its argument, whatever is written.</summary>
    private static UsdtConstant? Constant(string place, int size, bool isSigned) =>
        place.StartsWith('$') && Sum(place[1..]) is { } value
            ? new UsdtConstant(size, isSigned, Cut(value, size, isSigned))
            : null;

    private static UsdtRegister? Register(string place, int? size, bool isSigned) =>
        Named(place) is { } register ? new UsdtRegister(size ?? register.Size, isSigned, register) : null;

    /// <summary><c>displacement(base, index, scale)</c>, of which each may be missing.</summary>
    private static UsdtMemory? Memory(string place, int size, bool isSigned)
    {
        var match = Address().Match(place);
        if (!match.Success || Displacement(match.Groups["displacement"].Value) is not { } displacement)
        {
            return null;
        }

        var (first, second) = (match.Groups["base"], match.Groups["index"]);
        var (origin, index) = (Addressing(first.Value), Addressing(second.Value));
        var scale = match.Groups["scale"] is { Success: true, ValueSpan: var text } ? text[0] - '0' : 1;
        var isEmpty = !first.Success && !second.Success && place.EndsWith(')');
        return isEmpty || (first.Success && origin is null) || (second.Success && index is null)
            ? null
            : new UsdtMemory(size, isSigned, displacement, origin, index, scale);
    }

    // A processor computes addresses of whole registers only, or of their lower halves.
    private static CpuRegister? Addressing(string name) => Named(name) is { Size: WordSize or WordSize / 2 } register ? register : null;

    private static CpuRegister? Named(string name) =>
        name.StartsWith('%') ? CpuLayout.X64.RegisterParts.GetValueOrDefault(name[1..]) : null;

    private static long? Displacement(string text) => text.Length == 0 ? 0 : Sum(text);

    /// <summary>Numbers in decimal, octal or hexadecimal, added and subtracted: <c>-24+8</c>, <c>0x10</c>.</summary>
    private static long? Sum(string text)
    {
        if (!Numbers().IsMatch(text))
        {
            return null;
        }

        var sum = 0L;
        foreach (var term in Term().Matches(text).Cast<Match>())
        {
            if (Number(term.Groups["digits"].Value) is not { } number)
            {
                return null;
            }

            var isNegative = term.Groups["signs"].ValueSpan.Count('-') % 2 == 1;
            sum = unchecked(isNegative ? sum - number : sum + number);
        }

        return sum;
    }

    // As assemblers read it: 64 bits, with or without a sign.
    private static long? Number(string digits)
    {
        var isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (isHex || digits is not ['0', _, ..])
        {
            return ulong.TryParse(isHex ? digits.AsSpan(2) : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                CultureInfo.InvariantCulture, out var number) ? (long)number : null;
        }

        return digits.Length <= 22 && digits.All(digit => digit < '8')
            ? digits.Aggregate(0L, (value, digit) => (value << 3) | (uint)(digit - '0'))
            : null;
    }

    private static long Cut(long value, int size, bool isSigned)
    {
        var unused = 64 - (8 * size);
        return isSigned ? value << unused >> unused : (long)((ulong)value << unused >> unused);
    }

    private static string? Reason(string place) =>
        place.Contains("%xmm", StringComparison.Ordinal) || place.Contains("%ymm", StringComparison.Ordinal)
            || place.Contains("%zmm", StringComparison.Ordinal) || place.Contains("%st", StringComparison.Ordinal)
                ? "it is in a register of floating-point numbers, which the kernel does not show to programs"
        : place.Contains("%fs:", StringComparison.Ordinal) || place.Contains("%gs:", StringComparison.Ordinal)
            ? "it is in memory of its thread"
        : place.Contains("(%rip)", StringComparison.Ordinal) || Symbol().IsMatch(place)
            ? "it is at a symbol, of which the note has only the name"
        : null;

    private static string Shown(string operand) => operand.Length <= 60 ? operand : $"{operand[..60]}…";

    // A space inside of parentheses does not end an operand.
    [GeneratedRegex(@"(\([^()]*\)|[^\s])+", RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex(@"^((?<sign>-)?(?<size>[0-9]{1,3})(?<float>f)?@)?(?<place>[^@]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SizeAndPlace();

    [GeneratedRegex(@"^(?<displacement>[^()%]*)\(\s*(?<base>%\w+)?\s*(,\s*(?<index>%\w+)\s*(,\s*(?<scale>[1248])\s*)?)?\)$|^(?<displacement>[0-9xXa-fA-F+-]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    [GeneratedRegex(@"^\s*[+-]*\s*[0-9][0-9a-fA-FxX]*(\s*[+-]+\s*[0-9][0-9a-fA-FxX]*)*\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"(?<signs>[+-]*)\s*(?<digits>[0-9][0-9a-fA-FxX]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Term();

    [GeneratedRegex(@"^[$*]?[A-Za-z_.][\w.$@]*([+-][0-9a-fA-Fx]+)?(\(.*\))?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Symbol();
}
