using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Cpu;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Emits keeping the word on top of the user stack: the return address, at a function's first instruction. There it has not
/// set up its frame, so the frame pointer's chain begins with the caller's caller (bcc issue 2555; Linux 6.12 mends it for
/// functions that begin with <c>push %rbp</c>).
/// </summary>
internal static class UserCaller
{
    /// <summary>Writes the word, or 0, to an offset from a register; clobbers R0 to R5.</summary>
    /// <param name="context">Holds the <c>pt_regs</c>.</param>
    /// <param name="isEntry">Whether the program is at a function's first instruction.</param>
    internal static void Emit(Assembler code, Register context, Register target, int offset, bool isEntry)
    {
        if (!isEntry)
        {
            code.Add(Store(Width.U64, target, (short)offset, 0));
            return;
        }

        // The helper writes zeros when the memory cannot be read.
        code.Add(
            Load(Width.U64, Register.R3, context, CpuLayout.Current.StackPointerOffset),
            Move(Register.R1, target),
            Alu(AluOperation.Add, Register.R1, offset),
            Move(Register.R2, sizeof(ulong)),
            Call(Helper.ProbeReadUser));
    }
}
