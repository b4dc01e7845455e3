using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Adds one to the slot in R0.</summary>
internal static class CountAction
{
    private const short KeyOffset = -4;

    /// <summary>
    /// Emits the count and the way out. The addition is atomic although the value is this CPU's own: uprobe programs
    /// can be preempted between load and store, and an interrupt can hit the same slot.
    /// </summary>
    internal static void Emit(Assembler code) => code
        .Add(
            Store(Width.U32, Register.R10, KeyOffset, Register.R0),
            Move(Register.R2, Register.R10),
            Alu(AluOperation.Add, Register.R2, KeyOffset),
            LoadMap(Register.R1, ProgramBuilder.CountsMap),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out),
            Move(Register.R1, 1),
            AtomicAdd(Width.U64, Register.R0, 0, Register.R1))
        .Label(Filter.Out)
        .Add(Move(Register.R0, 0), Exit());
}
