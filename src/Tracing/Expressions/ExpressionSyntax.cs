using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>
/// An expression as it was typed. The records below are the whole family; spans lie in the text the user typed, also
/// where a shell's quotes stood between.
/// </summary>
/// <remarks><see cref="ToString"/> prints C that parses back to an equal tree, but for the spans.</remarks>
public abstract record ExpressionSyntax(TextSpan Span)
{
    /// <inheritdoc/>
    public sealed override string ToString() => ExpressionPrinter.Print(this);
}

/// <summary>How a number was written.</summary>
public enum NumberBase
{
    Binary = 2,
    Octal = 8,
    Decimal = 10,
    Hexadecimal = 16,
}

/// <summary><c>42</c>, <c>0x2Aul</c>.</summary>
/// <param name="Longs">How many l are in the suffix: 0, 1 or 2.</param>
public sealed record NumberSyntax(TextSpan Span, ulong Value, NumberBase Base, bool IsUnsigned, int Longs)
    : ExpressionSyntax(Span);

/// <summary><c>'a'</c>: an int of the value of the byte as a signed char.</summary>
public sealed record CharacterSyntax(TextSpan Span, byte Code) : ExpressionSyntax(Span);

/// <summary><c>"text"</c>, escapes replaced, in UTF-8, without the 0 at the end.</summary>
public sealed record StringSyntax(TextSpan Span, IReadOnlyList<byte> Bytes) : ExpressionSyntax(Span);

/// <summary>A name: <c>sk</c>, <c>arg1</c>, <c>retval</c>, <c>$pid</c> (with its dollar).</summary>
public sealed record IdentifierSyntax(TextSpan Span, string Name) : ExpressionSyntax(Span);

/// <summary>What can stand before an operand.</summary>
public enum UnaryOperator
{
    Plus,
    Minus,
    Complement,
    Not,
    Dereference,
    AddressOf,
}

/// <summary><c>-x</c>, <c>*p</c>.</summary>
public sealed record UnarySyntax(TextSpan Span, UnaryOperator Operator, ExpressionSyntax Operand) : ExpressionSyntax(Span);

/// <summary>What can stand between two operands.</summary>
public enum BinaryOperator
{
    Multiply,
    Divide,
    Remainder,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    And,
    ExclusiveOr,
    Or,
    LogicalAnd,
    LogicalOr,
}

/// <summary><c>a + b</c>; <see cref="OperatorSpan"/> covers the operator.</summary>
public sealed record BinarySyntax(
    TextSpan Span, BinaryOperator Operator, ExpressionSyntax Left, ExpressionSyntax Right, TextSpan OperatorSpan)
    : ExpressionSyntax(Span);

/// <summary><c>a ? b : c</c>.</summary>
public sealed record ConditionalSyntax(
    TextSpan Span, ExpressionSyntax Condition, ExpressionSyntax WhenTrue, ExpressionSyntax WhenFalse)
    : ExpressionSyntax(Span);

/// <summary><c>(type)x</c>.</summary>
public sealed record CastSyntax(TextSpan Span, TypeSyntax Type, ExpressionSyntax Operand) : ExpressionSyntax(Span);

/// <summary><c>x->member</c> or <c>x.member</c>.</summary>
public sealed record MemberSyntax(TextSpan Span, ExpressionSyntax Target, bool IsArrow, string Name, TextSpan NameSpan)
    : ExpressionSyntax(Span);

/// <summary><c>x[i]</c>.</summary>
public sealed record IndexSyntax(TextSpan Span, ExpressionSyntax Target, ExpressionSyntax Index) : ExpressionSyntax(Span);

/// <summary><c>ntop(x)</c>, <c>STRCMP("x", s)</c>, <c>$entry(x)</c>.</summary>
public sealed record CallSyntax(
    TextSpan Span, string Name, TextSpan NameSpan, IReadOnlyList<ExpressionSyntax> Arguments) : ExpressionSyntax(Span);

/// <summary><c>sizeof(type)</c>.</summary>
public sealed record SizeOfTypeSyntax(TextSpan Span, TypeSyntax Type) : ExpressionSyntax(Span);

/// <summary><c>sizeof x</c>; where x is a single name, it may turn out to be the name of a type.</summary>
public sealed record SizeOfSyntax(TextSpan Span, ExpressionSyntax Operand) : ExpressionSyntax(Span);

/// <summary><c>arg2@user</c>: what it points to is in that memory.</summary>
public sealed record AddressSpaceSyntax(TextSpan Span, ExpressionSyntax Operand, AddressSpace Space)
    : ExpressionSyntax(Span);
