namespace BpfDashboard.Tracing.Types;

/// <summary>
/// A type of C, without qualifiers. The records below are the whole family. Equal are types of equal parts; structs,
/// unions and enums are equal only to themselves, as in C.
/// </summary>
/// <remarks><see cref="ToString"/> is the type's name in C: <c>struct sock *</c>.</remarks>
public abstract record DataType
{
    /// <summary>Bytes; 0 for void, functions, and what is only declared.</summary>
    public abstract int Size { get; }

    /// <summary>The type behind all typedefs.</summary>
    public DataType Unaliased
    {
        get
        {
            var type = this;
            while (type is TypedefType alias)
            {
                type = alias.Target;
            }

            return type;
        }
    }

    /// <summary>Whether it is an integer, an enum or a pointer: what fits in a register and can be computed with.</summary>
    public bool IsScalar => Unaliased is IntegerType or EnumType or PointerType;

    /// <summary>Whether it has numbers below zero.</summary>
    public bool CanBeNegative => Unaliased is IntegerType { IsSigned: true } or EnumType { IsSigned: true };

    /// <summary>Whether a value is in network byte order, which the kernel tells by the names __be16, __be32, __be64.</summary>
    public bool IsBigEndian => this is TypedefType alias && (alias.Name is "__be16" or "__be32" or "__be64" || alias.Target.IsBigEndian);

    /// <inheritdoc/>
    public sealed override string ToString() => TypePrinter.Print(this);
}

/// <summary>Nothing, or for a pointer: anything.</summary>
public sealed record VoidType : DataType
{
    /// <summary>The one there is.</summary>
    public static VoidType Instance { get; } = new();

    /// <inheritdoc/>
    public override int Size => 0;
}

/// <summary>What an integer is besides a number.</summary>
public enum IntegerRole
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A character: plain char, or what was declared as one.</summary>
    Character,

    /// <summary><c>_Bool</c>: 0 or 1.</summary>
    Boolean,
}

/// <summary>An integer of 1, 2, 4, 8 or 16 bytes.</summary>
public sealed record IntegerType(string Name, int SizeInBytes, bool IsSigned, IntegerRole Role = IntegerRole.Number) : DataType
{
    /// <inheritdoc/>
    public override int Size => SizeInBytes;
}

/// <summary>A floating-point number: can be named and skipped, not computed with.</summary>
public sealed record FloatType(string Name, int SizeInBytes) : DataType
{
    /// <inheritdoc/>
    public override int Size => SizeInBytes;
}

/// <summary>Where the memory lies that a pointer points to, as far as its type tells.</summary>
public enum AddressSpace
{
    /// <summary>Not known: the address itself tells when the probe is hit.</summary>
    Any,

    /// <summary>The kernel's memory.</summary>
    Kernel,

    /// <summary>The memory of the current process.</summary>
    User,

    /// <summary>An offset in the memory of each CPU (<c>__percpu</c>): no address by itself.</summary>
    PerCpu,

    /// <summary>The kernel's memory, guarded by RCU (<c>__rcu</c>).</summary>
    Rcu,
}

/// <summary>A pointer.</summary>
public sealed record PointerType(DataType Target, AddressSpace Space = AddressSpace.Any) : DataType
{
    /// <inheritdoc/>
    public override int Size => 8;
}

/// <summary>An array; of 0 elements where the length is not declared.</summary>
public sealed record ArrayType(DataType Element, int Count) : DataType
{
    /// <inheritdoc/>
    public override int Size => Element.Size * Count;
}

/// <summary>Another name of a type.</summary>
public sealed record TypedefType(string Name, DataType Target) : DataType
{
    /// <inheritdoc/>
    public override int Size => Target.Size;
}

/// <summary>One parameter of a function; the name is empty where none is known.</summary>
public sealed record Parameter(string Name, DataType Type);

/// <summary>A function's prototype.</summary>
public sealed record FunctionType(DataType Returns, IReadOnlyList<Parameter> Parameters, bool IsVariadic) : DataType
{
    /// <inheritdoc/>
    public override int Size => 0;
}

/// <summary>A struct or union that is declared, but whose members are not known.</summary>
public sealed record ForwardType(string Name, bool IsUnion) : DataType
{
    /// <inheritdoc/>
    public override int Size => 0;
}
