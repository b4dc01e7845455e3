using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>Prints an expression with no more parentheses than it needs.</summary>
internal static class ExpressionPrinter
{
    public static string Print(ExpressionSyntax expression) => expression switch
    {
        NumberSyntax number => Number(number),
        CharacterSyntax character => $"'{Escape([character.Code], '\'')}'",
        StringSyntax text => $"\"{Escape(text.Bytes, '"')}\"",
        IdentifierSyntax name => name.Name,
        UnarySyntax unary => Unary(unary),
        BinarySyntax binary => Binary(binary),
        ConditionalSyntax { Condition: var condition, WhenTrue: var whenTrue, WhenFalse: var whenFalse } =>
            $"{Operand(condition, Operators.Conditional + 1)} ? {whenTrue} : {whenFalse}",
        CastSyntax cast => $"({cast.Type}){CastOperand(cast)}",
        MemberSyntax { Target: NumberSyntax, IsArrow: false } member => $"({member.Target}).{member.Name}",
        MemberSyntax member => $"{Operand(member.Target, Operators.Postfix)}{(member.IsArrow ? "->" : ".")}{member.Name}",
        IndexSyntax index => $"{Operand(index.Target, Operators.Postfix)}[{index.Index}]",
        CallSyntax call => $"{call.Name}({string.Join(", ", call.Arguments)})",
        SizeOfTypeSyntax size => $"sizeof({size.Type})",
        SizeOfSyntax size => $"sizeof({size.Operand})",
        AddressSpaceSyntax space => $"{Operand(space.Operand, Operators.Postfix)}{Space(space.Space)}",
        _ => throw new ArgumentException($"unknown expression: {expression.GetType().Name}", nameof(expression)),
    };

    private static int Strength(ExpressionSyntax expression) => expression switch
    {
        ConditionalSyntax => Operators.Conditional,
        BinarySyntax binary => Operators.Strength(binary.Operator),
        UnarySyntax or CastSyntax or SizeOfTypeSyntax or SizeOfSyntax => Operators.Prefix,
        _ => Operators.Postfix,
    };

    private static string Operand(ExpressionSyntax operand, int least) =>
        Strength(operand) < least ? $"({operand})" : Print(operand);

    /// <summary>With a blank where two signs would become one: <c>- -x</c>.</summary>
    private static string Unary(UnarySyntax unary)
    {
        var (sign, operand) = (Operators.Text(unary.Operator), Operand(unary.Operand, Operators.Prefix));
        return operand.StartsWith(sign, StringComparison.Ordinal) ? $"{sign} {operand}" : sign + operand;
    }

    private static string Binary(BinarySyntax binary)
    {
        var strength = Operators.Strength(binary.Operator);
        var left = Operand(binary.Left, strength);
        return $"{left} {Operators.Text(binary.Operator)} {Operand(binary.Right, strength + 1)}";
    }

    /// <summary>With parentheses where the cast would be taken for an operand: <c>(name)(-1)</c>.</summary>
    private static string CastOperand(CastSyntax cast)
    {
        var operand = Operand(cast.Operand, Operators.Prefix);
        var isUnclear = cast.Type is NamedTypeSyntax { Keyword: TypeKeyword.None } named
            && (operand[0] == '"' || (operand[0] is '-' or '+' or '*' or '&' && !TypeWords.IsLikely(named.Name)));
        return isUnclear ? $"({operand})" : operand;
    }

    private static string Space(AddressSpace space) => space == AddressSpace.User ? "@user" : "@kernel";

    private static string Number(NumberSyntax number)
    {
        var digits = number.Base switch
        {
            NumberBase.Hexadecimal => $"0x{number.Value:x}",
            NumberBase.Binary => $"0b{number.Value:b}",
            NumberBase.Octal => $"0{Octal(number.Value)}",
            _ => number.Value.ToString(CultureInfo.InvariantCulture),
        };
        return $"{digits}{(number.IsUnsigned ? "u" : "")}{new string('l', number.Longs)}";
    }

    private static string Octal(ulong value) =>
        value < 8 ? $"{value}" : Octal(value >> 3) + $"{value & 7}";

    /// <summary>Bytes as between quotes: text as it is, the rest as octal escapes, which end after three digits.</summary>
    public static string Escape(IReadOnlyList<byte> bytes, char quote)
    {
        var output = new StringBuilder();
        var rest = (ReadOnlySpan<byte>)bytes.ToArray();
        while (!rest.IsEmpty)
        {
            // A character in single quotes is one byte.
            var isText = Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done
                && (quote == '"' || length == 1) && !Rune.IsControl(rune) && rune.Value != 0xFFFD;
            output.Append(isText ? Character(rune, quote) : string.Concat(rest[..length].ToArray().Select(Escape)));
            rest = rest[length..];
        }

        return output.ToString();
    }

    private static string Character(Rune rune, char quote) =>
        rune.Value == quote || rune.Value == '\\' ? $"\\{rune}" : rune.ToString();

    private static string Escape(byte code) => code switch
    {
        (byte)'\n' => @"\n",
        (byte)'\t' => @"\t",
        (byte)'\r' => @"\r",
        _ => $@"\{Convert.ToString(code, 8).PadLeft(3, '0')}",
    };
}
