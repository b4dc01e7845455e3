using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>Makes places in memory, and addresses of them.</summary>
internal static class Places
{
    /// <summary>
    /// What lies at an address. What a process's memory has pointers to is in the process's memory too; in the kernel's
    /// there are pointers to both.
    /// </summary>
    public static PlaceExpression At(
        TypedExpression address, long offset, MemorySpace space, DataType type, TextSpan span, BitField? bits = null)
    {
        var inUser = space == MemorySpace.User && type.Unaliased is PointerType { Space: AddressSpace.Any };
        var known = inUser ? (PointerType)type.Unaliased with { Space = AddressSpace.User } : type;
        return new PlaceExpression(known, span, address, offset, space, bits);
    }

    /// <summary>A part of a place.</summary>
    public static PlaceExpression Part(
        PlaceExpression whole, long offset, DataType type, TextSpan span, BitField? bits = null) =>
        At(whole.Address, whole.Offset + offset, whole.Space, type, span, bits);

    /// <summary>An array as a pointer to its first element.</summary>
    public static TypedExpression Decay(PlaceExpression place, ArrayType array) =>
        AddressOf(place, array.Element, place.Span);

    /// <summary>The address of a place, as a pointer to <paramref name="target"/>.</summary>
    public static TypedExpression AddressOf(PlaceExpression place, DataType target, TextSpan span)
    {
        var pointer = new PointerType(target, Space(place.Space));
        return place.Offset == 0
            ? Conversions.Convert(place.Address, pointer) with { Span = span }
            : Offset(place.Address, new ConstantExpression(CoreTypes.Long, span, place.Offset), pointer, span);
    }

    /// <summary>A pointer some bytes further.</summary>
    public static TypedExpression Offset(TypedExpression pointer, TypedExpression bytes, PointerType type, TextSpan span) =>
        Fold.Binary(new BinaryExpression(
            type,
            span,
            BinaryOperator.Add,
            Conversions.Convert(pointer, CoreTypes.UnsignedLong),
            Conversions.Convert(bytes, CoreTypes.UnsignedLong)));

    /// <summary>So many elements of a size in bytes; the count keeps its sign.</summary>
    public static TypedExpression Scaled(TypedExpression count, int size)
    {
        var wide = Conversions.Convert(Conversions.Convert(count, Conversions.Promoted(count.Type)), CoreTypes.Long);
        return size == 1 ? wide : Fold.Binary(new BinaryExpression(
            CoreTypes.Long, count.Span, BinaryOperator.Multiply, wide, new ConstantExpression(CoreTypes.Long, count.Span, size)));
    }

    // The record of a tracepoint lies in the kernel's memory, and can be read there through a pointer.
    private static AddressSpace Space(MemorySpace space) => space switch
    {
        MemorySpace.User => AddressSpace.User,
        MemorySpace.Kernel or MemorySpace.Context => AddressSpace.Kernel,
        _ => AddressSpace.Any,
    };
}
