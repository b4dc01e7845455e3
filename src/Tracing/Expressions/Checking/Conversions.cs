using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>The conversions that C makes by itself.</summary>
internal static class Conversions
{
    /// <summary>Width in bytes and sign of a scalar; a pointer is 64 bits without sign.</summary>
    public static (int Size, bool IsSigned) Shape(DataType type) => type.Unaliased switch
    {
        IntegerType integer => (integer.Size, integer.IsSigned),
        EnumType constants => (constants.Size, constants.IsSigned),
        _ => (8, false),
    };

    /// <summary>Whether a type is a number: an integer or an enum.</summary>
    public static bool IsNumber(DataType type) => type.Unaliased is IntegerType or EnumType;

    /// <summary>The type itself, or int if that holds all its values.</summary>
    public static DataType Promoted(DataType type) => Shape(type) switch
    {
        ( < 4, _) => CoreTypes.Int,
        (4, true) => CoreTypes.Int,
        (4, false) => CoreTypes.UnsignedInt,
        (_, true) => CoreTypes.Long,
        _ => CoreTypes.UnsignedLong,
    };

    /// <summary>The type in which two numbers are computed with: the wider, and of equally wide ones the unsigned.</summary>
    public static DataType Common(DataType left, DataType right)
    {
        var (a, b) = (Promoted(left), Promoted(right));
        var ((sizeA, signedA), (sizeB, _)) = (Shape(a), Shape(b));
        return sizeA > sizeB || (sizeA == sizeB && !signedA) ? a : b;
    }

    /// <summary>The value as one of another scalar type. A constant becomes another constant.</summary>
    public static TypedExpression Convert(TypedExpression value, DataType type) => value switch
    {
        _ when value.Type == type => value,
        ConstantExpression constant => new ConstantExpression(type, value.Span, Fold.Extend(constant.Value, type)),
        _ => new ConvertExpression(type, value.Span, value),
    };

    /// <summary>A field of bits promotes to int if that holds all its values, whatever its declared type.</summary>
    public static TypedExpression Promote(TypedExpression value) =>
        Convert(value, value is PlaceExpression { Bits.Width: < 32 } ? CoreTypes.Int : Promoted(value.Type));
}
