using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions.Checking;

/// <summary>What a generator of code may rely on in every typed tree.</summary>
internal static class TypedInvariants
{
    public static int Check(TypedExpression node) => 1 + (node switch
    {
        ConstantExpression constant => Scalar(constant, constant.Value == Fold.Extend(constant.Value, constant.Type)),
        ConvertExpression convert => Scalar(convert, convert.Operand.Type.IsScalar) + Check(convert.Operand),
        UnaryExpression { Operator: UnaryOperator.Not } not => Scalar(not, not.Operand.Type.IsScalar && Is(not, CoreTypes.Int)) + Check(not.Operand),
        UnaryExpression unary => Scalar(unary, unary.Operand.Type == unary.Type && unary.Type.Size >= 4) + Check(unary.Operand),
        BinaryExpression binary => Scalar(binary, IsRight(binary)) + Check(binary.Left) + Check(binary.Right),
        ConditionalExpression choice => Scalar(choice, choice.Condition.Type.IsScalar && choice.WhenTrue.Type == choice.Type && choice.WhenFalse.Type == choice.Type)
            + Check(choice.Condition) + Check(choice.WhenTrue) + Check(choice.WhenFalse),
        PlaceExpression place => That(place, place.Address.Type.Size == 8 && place.Address.Type.IsScalar && (place.Bits is not { } bits || (bits.Bytes is > 0 and <= 8 && bits.Shift + bits.Width <= 8 * bits.Bytes)))
            + Check(place.Address),
        TextComparisonExpression texts => That(texts, IsText(texts.Left) && IsText(texts.Right) && (texts.Comparison == TextComparison.Equal || texts.Right is TextExpression))
            + Check(texts.Left) + Check(texts.Right),
        ByteSwapExpression swap => Scalar(swap, swap.Operand.Type == swap.Type && swap.Type.Size is 2 or 4) + Check(swap.Operand),
        DisplayExpression display => That(display, display.Operand is not DisplayExpression) + Check(display.Operand),
        SourceExpression source => That(source, source.Type.IsScalar || source is { Source: BuiltinSource, Type: ArrayType }),
        _ => That(node, node is TextExpression),
    });

    private static bool IsRight(BinaryExpression node) => node.Operator switch
    {
        BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr => Is(node, CoreTypes.Int) && node.Left.Type.IsScalar && node.Right.Type.IsScalar,
        BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight => node.Left.Type == node.Type && node.Right.Type.Size >= 4,
        >= BinaryOperator.Less and <= BinaryOperator.NotEqual => Is(node, CoreTypes.Int) && SameShape(node.Left, node.Right),
        _ => SameShape(node.Left, node.Right) && node.Type.Size == node.Left.Type.Size && node.Type.Size >= 4,
    };

    private static bool SameShape(TypedExpression a, TypedExpression b) => Conversions.Shape(a.Type) == Conversions.Shape(b.Type);

    private static bool IsText(TypedExpression node) =>
        TextChecker.IsText(node) || node.Type.Unaliased is PointerType { Target.Unaliased: IntegerType { Size: 1 } };

    private static bool Is(TypedExpression node, DataType type) => node.Type == type;

    private static int Scalar(TypedExpression node, bool holds) => That(node, node.Type.IsScalar && holds);

    private static int That(TypedExpression node, bool holds)
    {
        Assert.True(holds, $"{node}");
        return 0;
    }
}
