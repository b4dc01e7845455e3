using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Comparisons of numbers and pointers. One that C decides against what was meant is a mistake here.</summary>
internal sealed class Comparisons(CheckContext context)
{
    /// <summary>An int, 1 or 0; pointers are compared as numbers of 64 bits without sign.</summary>
    public TypedExpression? Check(BinarySyntax syntax, TypedExpression left, TypedExpression right)
    {
        var problem = Problem(
            syntax.Operator, syntax.Left, left, right) ?? Problem(Mirrored(syntax.Operator), syntax.Right, right, left);
        var (a, b) = Pair(left, right);
        return problem is var (message, hint)
            ? context.Fail(syntax.Span, message, hint)
            : Fold.Binary(new BinaryExpression(CoreTypes.Int, syntax.Span, syntax.Operator, a, b));
    }

    /// <summary>What is wrong with comparing a value with a constant; null if nothing is.</summary>
    private static (string Message, string Hint)? Problem(
        BinaryOperator @operator, ExpressionSyntax syntax, TypedExpression value, TypedExpression other)
    {
        if (value is ConstantExpression || other is not ConstantExpression constant)
        {
            return null;
        }

        var cast = new CastSyntax(syntax.Span, new NamedTypeSyntax(syntax.Span, TypeKeyword.None, "int"), syntax);
        var hint = $"to compare with a sign write {cast}, or with (long)";
        var isNegative = constant.Value < 0 && Conversions.Shape(constant.Type).IsSigned;
        var (a, b) = Pair(value, constant);
        return NameChecker.IsUntyped(value) && isNegative
            ? ($"the type of '{syntax}' is not known, so it counts as unsigned and is never negative", hint)
            : @operator is BinaryOperator.Less or BinaryOperator.GreaterOrEqual
                && !Conversions.Shape(a.Type).IsSigned && b is ConstantExpression { Value: 0 }
            ? ($"'{syntax}' is of the type {value.Type}, which is never below 0", hint)
            : null;
    }

    private static (TypedExpression A, TypedExpression B) Pair(TypedExpression left, TypedExpression right)
    {
        if (!Conversions.IsNumber(left.Type) || !Conversions.IsNumber(right.Type))
        {
            return (Conversions.Convert(
                left, CoreTypes.UnsignedLong), Conversions.Convert(right, CoreTypes.UnsignedLong));
        }

        var (a, b) = (Conversions.Promote(left), Conversions.Promote(right));
        var type = Conversions.Common(a.Type, b.Type);
        return (Conversions.Convert(a, type), Conversions.Convert(b, type));
    }

    private static BinaryOperator Mirrored(BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Less => BinaryOperator.Greater,
        BinaryOperator.LessOrEqual => BinaryOperator.GreaterOrEqual,
        BinaryOperator.Greater => BinaryOperator.Less,
        BinaryOperator.GreaterOrEqual => BinaryOperator.LessOrEqual,
        _ => @operator,
    };
}
