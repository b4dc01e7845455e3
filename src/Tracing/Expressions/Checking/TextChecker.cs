using System.Text;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Comparisons of texts.</summary>
internal sealed class TextChecker(CheckContext context, Checker checker)
{
    /// <summary>Whether a value is a text by itself, and not only a pointer that may lead to one.</summary>
    public static bool IsText(TypedExpression value) =>
        value is TextExpression or PlaceExpression { Type.Unaliased: ArrayType { Element.Unaliased: IntegerType { Size: 1 } } }
            or SourceExpression { Type: ArrayType };

    /// <summary><c>== != contains startswith</c>.</summary>
    public TypedExpression? Compare(BinarySyntax syntax, TypedExpression left, TypedExpression right)
    {
        var isSearch = syntax.Operator is BinaryOperator.Contains or BinaryOperator.StartsWith;
        if (isSearch && right is not TextExpression)
        {
            return context.Fail(
                right.Span,
                $"what {Operators.Text(syntax.Operator)} looks for must be written in quotes",
                "as in $comm startswith \"ba\"");
        }

        if (Text(left) is not { } a || Text(right) is not { } b)
        {
            return null;
        }

        // A text in quotes stands on the right, where only one is looked for.
        (a, b) = a is TextExpression && b is not TextExpression && !isSearch ? (b, a) : (a, b);
        var comparison = syntax.Operator switch
        {
            BinaryOperator.Contains => TextComparison.Contains,
            BinaryOperator.StartsWith => TextComparison.StartsWith,
            _ => TextComparison.Equal,
        };
        var result = Of(syntax.Span, comparison, a, b);
        return syntax.Operator == BinaryOperator.NotEqual
            ? new UnaryExpression(CoreTypes.Int, syntax.Span, UnaryOperator.Not, result)
            : result;
    }

    /// <summary>A comparison of two texts; of two that are known, a constant.</summary>
    public static TypedExpression Of(TextSpan span, TextComparison comparison, TypedExpression left, TypedExpression right)
    {
        if (left is not TextExpression { Bytes: var text } || right is not TextExpression { Bytes: var other })
        {
            return new TextComparisonExpression(span, comparison, left, right);
        }

        ReadOnlySpan<byte> whole = [.. text];
        ReadOnlySpan<byte> part = [.. other];
        var holds = comparison switch
        {
            TextComparison.Equal => whole.SequenceEqual(part),
            TextComparison.Contains => whole.IndexOf(part) >= 0,
            _ => whole.StartsWith(part),
        };
        return new ConstantExpression(CoreTypes.Int, span, holds ? 1 : 0);
    }

    /// <summary>A value as a text: what is one, or a pointer to characters, or a number that may be such a pointer.</summary>
    public TypedExpression? Text(TypedExpression value)
    {
        if (IsText(value))
        {
            // No program knows its place by name: the checker does.
            return value is SourceExpression { Source: BuiltinSource { Builtin: Builtin.Function } }
                ? new TextExpression(value.Span, Encoding.UTF8.GetBytes(context.Scope.Function))
                : value;
        }

        if (checker.Scalar(value) is not { } scalar)
        {
            return null;
        }

        return scalar.Type.Unaliased switch
        {
            PointerType { Target.Unaliased: IntegerType { Size: 1 } } pointer => InItsSpace(scalar, pointer),
            PointerType { Target.Unaliased: VoidType } pointer => InItsSpace(scalar, pointer with { Target = CoreTypes.Char }),
            IntegerType { Size: 8 } when scalar is not ConstantExpression => InItsSpace(scalar, new PointerType(CoreTypes.Char)),
            _ => context.Fail(
                value.Span,
                $"{value.Type} is not a text",
                "a text is a char *, a char[], or in quotes; a cast tells: (char *)x"),
        };
    }

    /// <summary>As a pointer whose type tells how it is read, unless only its address does.</summary>
    private TypedExpression InItsSpace(TypedExpression value, PointerType type) => Conversions.Convert(
        value, type.Space == AddressSpace.Any && context.SpaceOf(value) == MemorySpace.User
            ? type with { Space = AddressSpace.User }
            : type);
}
