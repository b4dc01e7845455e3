using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Computes with constants as C on x86-64 does: wrapping at the type's width, with its sign.</summary>
internal static class Fold
{
    /// <summary>The value cut to a type's width and extended to 64 bits again.</summary>
    public static long Extend(long value, DataType type) => (type.Unaliased, Conversions.Shape(type)) switch
    {
        (IntegerType { Role: IntegerRole.Boolean }, _) => value != 0 ? 1 : 0,
        (_, (1, true)) => (sbyte)value,
        (_, (1, false)) => (byte)value,
        (_, (2, true)) => (short)value,
        (_, (2, false)) => (ushort)value,
        (_, (4, true)) => (int)value,
        (_, (4, false)) => (uint)value,
        _ => value,
    };

    /// <summary>The operation on a constant of the node's type (of any, for !).</summary>
    public static TypedExpression Unary(UnaryExpression node) => node.Operand is not ConstantExpression { Value: var value }
        ? node
        : new ConstantExpression(node.Type, node.Span, Extend(node.Operator switch
        {
            UnaryOperator.Minus => unchecked(-value),
            UnaryOperator.Complement => ~value,
            _ => value == 0 ? 1 : 0,
        }, node.Type));

    /// <summary>
    /// The operation on constants; of &amp;&amp; and || on a left one that decides. Division by 0 and shifts by more
    /// than the width must have been refused.
    /// </summary>
    public static TypedExpression Binary(BinaryExpression node) => node switch
    {
        { Operator: BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr, Left: ConstantExpression left } => Logical(node, left.Value != 0),
        { Left: ConstantExpression left, Right: ConstantExpression right } =>
            new ConstantExpression(node.Type, node.Span, Extend(Compute(node, left.Value, right.Value), node.Type)),
        _ => node,
    };

    private static TypedExpression Logical(BinaryExpression node, bool left) =>
        left == (node.Operator == BinaryOperator.LogicalOr) ? new ConstantExpression(node.Type, node.Span, left ? 1 : 0)
        : node.Right is ConstantExpression right ? new ConstantExpression(node.Type, node.Span, right.Value != 0 ? 1 : 0)
        : node;

    private static long Compute(BinaryExpression node, long a, long b)
    {
        var isSigned = Conversions.Shape(node.Left.Type).IsSigned;
        return unchecked(node.Operator switch
        {
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => isSigned ? (b == -1 ? -a : a / b) : (long)((ulong)a / (ulong)b),
            BinaryOperator.Remainder => isSigned ? (b == -1 ? 0 : a % b) : (long)((ulong)a % (ulong)b),
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.ShiftLeft => a << (int)b,
            BinaryOperator.ShiftRight => isSigned ? a >> (int)b : (long)((ulong)a >> (int)b),
            BinaryOperator.And => a & b,
            BinaryOperator.ExclusiveOr => a ^ b,
            BinaryOperator.Or => a | b,
            var comparison => Compare(comparison, isSigned ? a.CompareTo(b) : ((ulong)a).CompareTo((ulong)b)) ? 1 : 0,
        });
    }

    private static bool Compare(BinaryOperator @operator, int order) => @operator switch
    {
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        BinaryOperator.GreaterOrEqual => order >= 0,
        BinaryOperator.Equal => order == 0,
        _ => order != 0,
    };
}
