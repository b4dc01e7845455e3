using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits searches in sorted elements of a map's value, which lies at R0. They have no branches, so nothing is
/// mispredicted at run time. Keys are below 2^63, so that they compare as signed numbers.
/// </summary>
/// <param name="mask">The last index there may be; indices are cut to it, one less than a power of two.</param>
/// <param name="shift">The size of an element, as a power of two.</param>
internal sealed class SortedSearch(int mask, int shift)
{
    /// <summary>
    /// R2 = the address of the last element whose key is not above R1. R2 is the first candidate's index, R3 their
    /// number, below two to the number of steps (with 0 it is the first that is found). Clobbers R4 and R5.
    /// </summary>
    /// <param name="loadKey">R5 = the key of the element at R5.</param>
    internal void Emit(Assembler code, int steps, Instruction loadKey)
    {
        for (var step = 0; step < steps; step++)
        {
            EmitHalving(code, loadKey);
        }

        EmitElement(code, R2);
    }

    /// <summary>Turns an index into the address of that element.</summary>
    internal void EmitElement(Assembler code, Register index) => code.Add(
        Alu(AluOperation.And, index, mask),
        Alu(AluOperation.ShiftLeft, index, shift),
        Alu(AluOperation.Add, index, R0));

    /// <summary>With h = R3 / 2: if element R2 + h is not above R1, go there; R3 -= h.</summary>
    private void EmitHalving(Assembler code, Instruction loadKey)
    {
        code.Add(
            Move(R4, R3),
            Alu(AluOperation.ShiftRight, R4, 1),
            Move(R5, R2),
            Alu(AluOperation.Add, R5, R4));
        EmitElement(code, R5);
        code.Add(
            loadKey,
            Alu(AluOperation.Sub, R3, R4),
            // R5 = all ones if the key is not above R1, else 0.
            Alu(AluOperation.Negate, R5, 0),
            Alu(AluOperation.Add, R5, R1),
            Alu(AluOperation.ArithmeticShiftRight, R5, 63),
            Alu(AluOperation.Xor, R5, -1),
            Alu(AluOperation.And, R5, R4),
            Alu(AluOperation.Add, R2, R5));
    }
}
