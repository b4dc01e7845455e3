using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Usdt;

/// <summary>
/// Where a USDT probe has an argument, as its note says. The records below are the whole family.
/// </summary>
/// <param name="Size">Bytes of the argument: 1, 2, 4 or 8; what cannot be read may have others.</param>
public abstract record UsdtOperand(int Size, bool IsSigned)
{
    /// <summary>The type of the argument.</summary>
    public virtual DataType Type => (Size, IsSigned) switch
    {
        (1, true) => CoreTypes.SignedChar,
        (1, false) => CoreTypes.UnsignedChar,
        (2, true) => CoreTypes.Short,
        (2, false) => CoreTypes.UnsignedShort,
        (4, true) => CoreTypes.Int,
        (4, false) => CoreTypes.UnsignedInt,
        (_, true) => CoreTypes.Long,
        _ => CoreTypes.UnsignedLong,
    };
}

/// <summary>A number that is part of the note: <c>-4@$5</c>.</summary>
public sealed record UsdtConstant(int Size, bool IsSigned, long Value) : UsdtOperand(Size, IsSigned);

/// <summary>A register: <c>-4@%edi</c>.</summary>
public sealed record UsdtRegister(int Size, bool IsSigned, CpuRegister Register) : UsdtOperand(Size, IsSigned);

/// <summary>
/// Memory of the process: <c>8@-24(%rbp)</c>, <c>4@8(%rax,%rbx,4)</c>. Its address is the sum of base, index times scale,
/// and displacement.
/// </summary>
public sealed record UsdtMemory(
    int Size, bool IsSigned, long Displacement, CpuRegister? Base, CpuRegister? Index = null, int Scale = 1)
    : UsdtOperand(Size, IsSigned);

/// <summary>What a program in the kernel cannot read, or we do not understand.</summary>
/// <param name="Reason">Half a sentence: <c>it is in a register of floating-point numbers</c>.</param>
public sealed record UsdtUnsupported(int Size, bool IsSigned, string Reason) : UsdtOperand(Size, IsSigned)
{
    /// <summary>Whether it is a floating-point number.</summary>
    public bool IsFloat { get; init; }

    /// <inheritdoc/>
    public override DataType Type => IsFloat ? Size == CoreTypes.Float.Size ? CoreTypes.Float : CoreTypes.Double : base.Type;
}
