using System.Numerics;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Usdt;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>
/// Emits the loading of arguments of USDT probes from <c>pt_regs</c> and the memory of the process: R0 = the value,
/// extended from the operand's width to 64 bits. Clobbers R1 to R5.
/// </summary>
/// <param name="context">Holds the address of <c>pt_regs</c>; one of R6 to R9, since helpers clobber the others.</param>
internal sealed class UsdtOperands(Assembler code, Register context, Temporaries temporaries)
{
    /// <summary>R0 = the value of an operand.</summary>
    /// <param name="operand">What cannot be read, and null, is a fault.</param>
    /// <param name="fault">Where to go without a value.</param>
    /// <returns>Whether anything goes there.</returns>
    internal bool Emit(UsdtOperand? operand, string fault)
    {
        switch (operand)
        {
            case UsdtConstant constant:
                Constant(R0, constant.Value);
                return false;
            case UsdtRegister register:
                Register(register);
                return false;
            case UsdtMemory memory:
                Address(memory);
                Read(memory, fault);
                return true;
            default:
                // Not a plain jump: what is behind one is never reached, which the verifier refuses.
                code.Add(Move(R0, 0), JumpIf(JumpOperation.Equal, R0, 0, fault));
                return true;
        }
    }

    private void Constant(Register to, long value) =>
        code.Add(value is >= int.MinValue and <= int.MaxValue ? Move(to, (int)value) : LoadImmediate(to, value));

    /// <summary>A part of a register may be narrower than its argument: the rest is not the argument's.</summary>
    private void Register(UsdtRegister operand)
    {
        code.Add(Load(Width.U64, R0, context, operand.Register.Offset));
        if (operand.Register.Shift > 0)
        {
            code.Add(Alu(AluOperation.ShiftRight, R0, operand.Register.Shift));
        }

        Extend(Math.Min(operand.Size, operand.Register.Size), operand.IsSigned);
    }

    /// <summary>R0 = base + index * scale + displacement; in 32 bits if the registers are named so.</summary>
    private void Address(UsdtMemory operand)
    {
        Constant(R0, operand.Displacement);
        if (operand.Base is { } origin)
        {
            code.Add(Load(Width.U64, R1, context, origin.Offset), Alu(AluOperation.Add, R0, R1));
        }

        if (operand.Index is { } index)
        {
            code.Add(
                Load(Width.U64, R1, context, index.Offset),
                Alu(AluOperation.ShiftLeft, R1, BitOperations.Log2((uint)operand.Scale)),
                Alu(AluOperation.Add, R0, R1));
        }

        Extend(new[] { operand.Base, operand.Index }.OfType<CpuRegister>().Select(it => it.Size).Append(sizeof(ulong)).Min(), isSigned: false);
    }

    private void Read(UsdtMemory operand, string fault)
    {
        var slot = temporaries.Take(sizeof(ulong));
        code.Add(Store(Width.U64, R10, slot, 0));
        new MemoryReads(code, NoLabel).Bytes(MemorySpace.User, slot, operand.Size);
        code.Add(
            JumpIf(JumpOperation.NotEqual, R0, 0, fault),
            Load(Width.U64, R0, R10, slot));
        temporaries.Return(sizeof(ulong));
        if (operand.IsSigned)
        {
            Extend(operand.Size, isSigned: true);
        }
    }

    private void Extend(int bytes, bool isSigned) => new Arithmetic(code, NoLabel).Extend(bytes * 8, isSigned);

    // Only what has branches needs labels.
    private static string NoLabel(string what) => throw new InvalidOperationException($"a label for {what}");
}
