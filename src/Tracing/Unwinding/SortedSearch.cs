using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits a search in sorted elements of a map's value, which lies at R0. No jump depends on a comparison of keys, for half
/// of those would be mispredicted. Keys are below 2^63, so that they compare as signed numbers.
/// </summary>
/// <param name="name">Begins the names of its labels.</param>
/// <param name="steps">How often the candidates are halved at most.</param>
/// <param name="mask">The last index there may be, one less than a power of two; indices are cut to it.</param>
/// <param name="shift">The size of an element, as a power of two.</param>
internal sealed class SortedSearch(string name, int steps, int mask, int shift)
{
    /// <summary>
    /// R2 = the address of the last element whose key is not above R1, or of the first candidate. R2 is that one's index,
    /// R3 the number of candidates. Clobbers R4, R5 and R7.
    /// </summary>
    /// <param name="loadKey">R5 = the key of the element at R5.</param>
    internal void Emit(Assembler code, Instruction loadKey)
    {
        // The verifier does not see that the candidates become fewer, so the steps are counted.
        code.Add(Move(R7, steps))
            .Label($"{name}_step")
            .Add(
                JumpIf(JumpOperation.LessOrEqual, R3, 1, $"{name}_found"),
                // Half of them: R4.
                Move(R4, R3),
                Alu(AluOperation.ShiftRight, R4, 1),
                Alu(AluOperation.Sub, R3, R4),
                Move(R5, R2),
                Alu(AluOperation.Add, R5, R4));
        EmitElement(code, R5);
        code.Add(
                loadKey,
                // R5 = all ones if the key is not above R1, else 0.
                Alu(AluOperation.Negate, R5, 0),
                Alu(AluOperation.Add, R5, R1),
                Alu(AluOperation.ArithmeticShiftRight, R5, 63),
                Alu(AluOperation.Xor, R5, -1),
                // The upper half, or the lower.
                Alu(AluOperation.And, R5, R4),
                Alu(AluOperation.Add, R2, R5),
                Alu(AluOperation.Add, R7, -1),
                JumpIf(JumpOperation.NotEqual, R7, 0, $"{name}_step"))
            .Label($"{name}_found");
        EmitElement(code, R2);
    }

    /// <summary>Turns an index into the address of that element.</summary>
    internal void EmitElement(Assembler code, Register index) => code.Add(
        Alu(AluOperation.And, index, mask),
        Alu(AluOperation.ShiftLeft, index, shift),
        Alu(AluOperation.Add, index, R0));
}
