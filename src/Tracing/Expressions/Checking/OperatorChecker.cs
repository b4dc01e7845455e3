using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Operators, casts and sizeof, with the conversions that C makes by itself.</summary>
internal sealed class OperatorChecker(CheckContext context, Checker checker, TypeResolver resolver)
{
    private readonly TextChecker _texts = new(context, checker);
    private readonly Comparisons _comparisons = new(context);

    /// <summary><c>+ - ~ !</c>.</summary>
    public TypedExpression? Unary(UnarySyntax syntax)
    {
        if (checker.Scalar(syntax.Operand) is not { } operand)
        {
            return null;
        }

        if (syntax.Operator == UnaryOperator.Not)
        {
            return Fold.Unary(new UnaryExpression(CoreTypes.Int, syntax.Span, UnaryOperator.Not, operand));
        }

        if (!Conversions.IsNumber(operand.Type))
        {
            return context.Fail(
                syntax.Span,
                $"{Operators.Text(syntax.Operator)} takes a number, not {operand.Type}",
                "a cast makes it one: (u64)x");
        }

        var promoted = Conversions.Promote(operand);
        return syntax.Operator == UnaryOperator.Plus
            ? promoted with { Span = syntax.Span }
            : Fold.Unary(new UnaryExpression(promoted.Type, syntax.Span, syntax.Operator, promoted));
    }

    /// <summary>Everything between two operands.</summary>
    public TypedExpression? Binary(BinarySyntax syntax)
    {
        var (left, right) = (checker.Check(syntax.Left), checker.Check(syntax.Right));
        if (left is null || right is null)
        {
            return null;
        }

        if (syntax.Operator is BinaryOperator.Contains or BinaryOperator.StartsWith
            || (syntax.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual
                && (TextChecker.IsText(left) || TextChecker.IsText(right))))
        {
            return _texts.Compare(syntax, left, right);
        }

        return checker.Scalar(left) is { } a && checker.Scalar(right) is { } b ? Scalars(syntax, a, b) : null;
    }

    /// <summary><c>a ? b : c</c>.</summary>
    public TypedExpression? Conditional(ConditionalSyntax syntax)
    {
        var (condition, a, b) = (checker.Scalar(syntax.Condition), checker.Scalar(syntax.WhenTrue), checker.Scalar(syntax.WhenFalse));
        if (condition is null || a is null || b is null)
        {
            return null;
        }

        if (Together(a, b) is not { } type)
        {
            return context.Fail(syntax.Span, $"one of two is {a.Type}, the other {b.Type}", "a cast makes them alike");
        }

        var (whenTrue, whenFalse) = (Conversions.Convert(a, type), Conversions.Convert(b, type));
        return condition is ConstantExpression constant
            ? (constant.Value != 0 ? whenTrue : whenFalse) with { Span = syntax.Span }
            : new ConditionalExpression(type, syntax.Span, condition, whenTrue, whenFalse);
    }

    /// <summary><c>(type)x</c>.</summary>
    public TypedExpression? Cast(CastSyntax syntax)
    {
        if (resolver.Resolve(syntax.Type) is not { } type || checker.Scalar(syntax.Operand) is not { } operand)
        {
            return null;
        }

        // A pointer stays in the memory it leads to, whatever it is cast to.
        var target = type is PointerType { Space: AddressSpace.Any } pointer && operand.Type.Unaliased is PointerType { Space: var space }
            ? pointer with { Space = space }
            : type;
        return target.Unaliased switch
        {
            FloatType => context.Fail(syntax.Type.Span, Checker.NoFloats),
            IntegerType { Size: > 8 } => context.Fail(syntax.Type.Span, $"{type} has more than 64 bits"),
            _ when target.IsScalar => Conversions.Convert(operand, target) with { Span = syntax.Span },
            _ => context.Fail(
                syntax.Type.Span,
                $"nothing can be cast to {type}",
                $"cast to a pointer and look through it: *({type} *)x"),
        };
    }

    /// <summary><c>sizeof(type)</c>.</summary>
    public TypedExpression? SizeOf(SizeOfTypeSyntax syntax) =>
        resolver.Resolve(syntax.Type) is { } type ? Size(type, syntax.Span) : null;

    /// <summary><c>sizeof x</c>; a single name that stands for nothing else may be that of a type.</summary>
    public TypedExpression? SizeOf(SizeOfSyntax syntax)
    {
        if (syntax.Operand is IdentifierSyntax name && context.Scope.Parameters?.Any(it => it.Name == name.Name) != true
            && context.Types.Find(TypeNames.Typedef, name.Name) is { } type)
        {
            return Size(type, syntax.Span);
        }

        return checker.Check(syntax.Operand) switch
        {
            null => null,
            PlaceExpression { Bits: not null } => context.Fail(syntax.Span, "a bit field has no size in bytes"),
            var operand => Size(operand.Type, syntax.Span),
        };
    }

    private TypedExpression? Size(DataType type, TextSpan span) => type.Size > 0 || type.Unaliased is ArrayType or StructType
        ? new ConstantExpression(CoreTypes.UnsignedLong, span, type.Size)
        : context.Fail(span, $"{type} has no known size");

    private TypedExpression? Scalars(BinarySyntax syntax, TypedExpression left, TypedExpression right) => syntax.Operator switch
    {
        BinaryOperator.LogicalAnd or BinaryOperator.LogicalOr =>
            Fold.Binary(new BinaryExpression(CoreTypes.Int, syntax.Span, syntax.Operator, left, right)),
        >= BinaryOperator.Less and <= BinaryOperator.NotEqual => _comparisons.Check(syntax, left, right),
        _ when !Conversions.IsNumber(left.Type) || !Conversions.IsNumber(right.Type) => Pointers(syntax, left, right),
        BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight => Shift(syntax, left, right),
        _ => Arithmetic(syntax, left, right),
    };

    private TypedExpression? Arithmetic(BinarySyntax syntax, TypedExpression left, TypedExpression right)
    {
        var (a, b) = (Conversions.Promote(left), Conversions.Promote(right));
        var type = Conversions.Common(a.Type, b.Type);
        return syntax.Operator is BinaryOperator.Divide or BinaryOperator.Remainder && b is ConstantExpression { Value: 0 }
            ? context.Fail(right.Span, "division by 0")
            : Fold.Binary(new BinaryExpression(
                type, syntax.Span, syntax.Operator, Conversions.Convert(a, type), Conversions.Convert(b, type)));
    }

    /// <summary>The right operand does not widen the left.</summary>
    private TypedExpression? Shift(BinarySyntax syntax, TypedExpression left, TypedExpression right)
    {
        var (a, b) = (Conversions.Promote(left), Conversions.Promote(right));
        var bits = 8 * a.Type.Size;
        return b is ConstantExpression { Value: var by } && (by < 0 || by >= bits)
            ? context.Fail(
                right.Span,
                $"{a.Type} has {bits} bits: a shift by {by} means nothing",
                $"from 0 to {bits - 1}; for more bits cast the left side: (u64)x")
            : Fold.Binary(new BinaryExpression(a.Type, syntax.Span, syntax.Operator, a, b));
    }

    /// <summary><c>p + n</c>, <c>n + p</c>, <c>p - n</c>, <c>p - q</c>.</summary>
    private TypedExpression? Pointers(BinarySyntax syntax, TypedExpression left, TypedExpression right)
    {
        var (isAdd, isSubtract) = (syntax.Operator == BinaryOperator.Add, syntax.Operator == BinaryOperator.Subtract);
        var (pointer, other) = left.Type.Unaliased is PointerType || !isAdd ? (left, right) : (right, left);
        if ((!isAdd && !isSubtract) || pointer.Type.Unaliased is not PointerType type
            || (isAdd && other.Type.Unaliased is PointerType))
        {
            var sign = Operators.Text(syntax.Operator);
            return context.Fail(
                syntax.OperatorSpan,
                $"there is no {left.Type} {sign} {right.Type}",
                "a cast makes a pointer a number: (u64)x");
        }

        if (Step(type) is not { } size)
        {
            return context.Fail(
                pointer.Span,
                $"the size of what {pointer.Type} leads to is not known",
                "a cast tells, as in (char *)x");
        }

        if (other.Type.Unaliased is PointerType { Target.Unaliased: var target })
        {
            return target != type.Target.Unaliased
                ? context.Fail(
                    syntax.Span, $"one of two is {left.Type}, the other {right.Type}", "a cast makes them alike")
                : Distance(syntax, left, right, size);
        }

        var bytes = Places.Scaled(other, size);
        return Places.Offset(
            pointer,
            isAdd ? bytes : Fold.Unary(new UnaryExpression(CoreTypes.Long, other.Span, UnaryOperator.Minus, bytes)),
            type,
            syntax.Span);
    }

    private static int? Step(PointerType pointer) => pointer.Target.Unaliased switch
    {
        VoidType or FunctionType => 1,
        { Size: > 0 and var size } => size,
        _ => null,
    };

    private static TypedExpression Distance(BinarySyntax syntax, TypedExpression left, TypedExpression right, int size)
    {
        var bytes = Fold.Binary(new BinaryExpression(
            CoreTypes.Long, syntax.Span, BinaryOperator.Subtract, Conversions.Convert(
                left, CoreTypes.Long), Conversions.Convert(right, CoreTypes.Long)));
        return size == 1 ? bytes : Fold.Binary(new BinaryExpression(
            CoreTypes.Long, syntax.Span, BinaryOperator.Divide, bytes, new ConstantExpression(CoreTypes.Long, syntax.Span, size)));
    }

    /// <summary>The type of either of two values; a number only goes with a pointer if it is 0.</summary>
    private static DataType? Together(TypedExpression a, TypedExpression b) => (a.Type.Unaliased, b.Type.Unaliased) switch
    {
        (PointerType { Target: VoidType }, PointerType) => a.Type,
        (PointerType, PointerType { Target: VoidType }) => b.Type,
        (PointerType x, PointerType y) => x.Target.Unaliased == y.Target.Unaliased ? a.Type : null,
        (PointerType, _) => b is ConstantExpression { Value: 0 } ? a.Type : null,
        (_, PointerType) => a is ConstantExpression { Value: 0 } ? b.Type : null,
        _ => Conversions.Common(Conversions.Promote(a).Type, Conversions.Promote(b).Type),
    };
}
