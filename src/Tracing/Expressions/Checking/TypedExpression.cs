using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>
/// An expression of which nothing remains to be asked: every node has its type, every conversion is a node of its own,
/// members are offsets, constants are folded. The records below are the whole family.
/// </summary>
/// <remarks>
/// A value of a scalar type is kept in 64 bits, sign- or zero-extended from its type's width. What is not scalar (a
/// struct, an array, a text) is never computed with, only compared as a text or taken as a whole.
/// </remarks>
public abstract record TypedExpression(DataType Type, TextSpan Span)
{
    /// <inheritdoc/>
    public sealed override string ToString() => TypedDump.Print(this);
}

/// <summary>A number.</summary>
/// <param name="Value">Extended from the type's width.</param>
public sealed record ConstantExpression(DataType Type, TextSpan Span, long Value) : TypedExpression(Type, Span);

/// <summary>A text in quotes, without the 0 at its end; its type counts the 0.</summary>
public sealed record TextExpression(TextSpan Span, IReadOnlyList<byte> Bytes)
    : TypedExpression(new ArrayType(CoreTypes.Char, Bytes.Count + 1), Span);

/// <summary>What the probe offers: an argument, the return value, a built-in. Of a scalar type or a text.</summary>
public sealed record SourceExpression(DataType Type, TextSpan Span, ValueSource Source) : TypedExpression(Type, Span);

/// <summary>A scalar as one of another type: cut or extended; to <c>_Bool</c>, whether it is not 0.</summary>
public sealed record ConvertExpression(DataType Type, TextSpan Span, TypedExpression Operand) : TypedExpression(Type, Span);

/// <summary><c>-x</c> and <c>~x</c>, with the operand of the same type; <c>!x</c>, an int of any scalar.</summary>
public sealed record UnaryExpression(DataType Type, TextSpan Span, UnaryOperator Operator, TypedExpression Operand)
    : TypedExpression(Type, Span);

/// <summary>
/// Arithmetic and comparison: both operands have the same width and sign, which decide (in shifts, the left's do).
/// <c>&amp;&amp;</c> and <c>||</c>: any scalars, the right only looked at if the left does not decide; an int.
/// </summary>
public sealed record BinaryExpression(
    DataType Type, TextSpan Span, BinaryOperator Operator, TypedExpression Left, TypedExpression Right)
    : TypedExpression(Type, Span);

/// <summary><c>a ? b : c</c>: both branches have the node's type; only one of them is looked at.</summary>
public sealed record ConditionalExpression(
    DataType Type, TextSpan Span, TypedExpression Condition, TypedExpression WhenTrue, TypedExpression WhenFalse)
    : TypedExpression(Type, Span);

/// <summary>Where memory lies, which decides how it is read.</summary>
public enum MemorySpace
{
    /// <summary>The address tells when the probe is hit.</summary>
    Any,

    /// <summary>The kernel's memory.</summary>
    Kernel,

    /// <summary>The current process's memory.</summary>
    User,

    /// <summary>What the program was given: read without a helper, and never a fault.</summary>
    Context,
}

/// <summary>
/// What lies at an address. Of a scalar type its value is what is read there; everything else is taken as a whole, or
/// its address is taken.
/// </summary>
/// <param name="Address">64 bits.</param>
/// <param name="Offset">Bytes to add to the address.</param>
/// <param name="Bits">Which bits of what is read are the value; null for all.</param>
public sealed record PlaceExpression(
    DataType Type, TextSpan Span, TypedExpression Address, long Offset, MemorySpace Space, BitField? Bits = null)
    : TypedExpression(Type, Span);

/// <summary>A bit field: read so many bytes, little-endian, shift right, keep the bits; the type tells the sign.</summary>
public sealed record BitField(int Bytes, int Shift, int Width);

/// <summary>How two texts are compared.</summary>
public enum TextComparison
{
    Equal,
    StartsWith,
    Contains,

    /// <summary>So many bytes as the right has, zeros or not.</summary>
    SameBytes,
}

/// <summary>
/// Compares texts; an int, 1 or 0. Each is a text in quotes, an array of characters, or a pointer to characters, of
/// which as much is compared as the session's string size allows. What cannot be read is not equal to anything.
/// </summary>
/// <param name="Right">In quotes, but for <see cref="TextComparison.Equal"/>.</param>
public sealed record TextComparisonExpression(
    TextSpan Span, TextComparison Comparison, TypedExpression Left, TypedExpression Right)
    : TypedExpression(CoreTypes.Int, Span);

/// <summary>The bytes of a number in reverse order: ntohs, ntohl.</summary>
public sealed record ByteSwapExpression(DataType Type, TextSpan Span, TypedExpression Operand) : TypedExpression(Type, Span);

/// <summary>How a value is shown to people.</summary>
public enum Display
{
    /// <summary>An IPv4 address (4 bytes) or an IPv6 address (16), in network byte order.</summary>
    InternetAddress,

    /// <summary>The name and text of an errno; its sign does not matter.</summary>
    ErrorName,

    /// <summary>The name of a system call by its number.</summary>
    SystemCall,

    /// <summary>The kernel's symbol at an address.</summary>
    KernelSymbol,

    /// <summary>The process's symbol at an address.</summary>
    UserSymbol,

    /// <summary>Bytes in hexadecimal.</summary>
    Hexadecimal,
}

/// <summary>A value that is sent as it is and shown in a way of its own. Only at the top: nothing is computed with it.</summary>
public sealed record DisplayExpression(TextSpan Span, Display Display, TypedExpression Operand)
    : TypedExpression(Operand.Type, Span);
