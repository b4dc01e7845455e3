using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Emits taking a scratch buffer of this CPU that nobody uses. A lock, since a user probe's program can be preempted by
/// another process, and any program be interrupted. The lock is the buffer's first word.
/// </summary>
internal static class ScratchBuffer
{
    private const string TryNext = "try_next";
    private const string Taken = "taken";

    /// <summary>Leaves the buffer's address in a register; clobbers R0 to R5.</summary>
    /// <param name="buffer">One of R6 to R9.</param>
    /// <param name="counter">Another of them, which is used up.</param>
    /// <param name="key">Four bytes of the stack to use.</param>
    /// <param name="allTaken">Where to go without a buffer.</param>
    internal static void Take(Assembler code, int map, Register buffer, Register counter, short key, string allTaken)
    {
        code.Add(Move(counter, 0))
            .Label(TryNext)
            .Add(Store(Width.U32, Register.R10, key, counter));
        MapLookup.Emit(code, map, key);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, allTaken),
            Move(buffer, Register.R0),
            Move(Register.R1, 1),
            Exchange(Width.U64, buffer, StackRecord.Scratch.Lock, Register.R1),
            JumpIf(JumpOperation.Equal, Register.R1, 0, Taken),
            Alu(AluOperation.Add, counter, 1),
            JumpIf(JumpOperation.Less, counter, StackRecord.Scratch.PerCpu, TryNext),
            Jump(allTaken)).Label(Taken);
    }
}
