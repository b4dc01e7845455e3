using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Cpu;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Emits what entry and return of a call do alike: making its key, and keeping count of open calls.</summary>
internal static class CallKey
{
    private static readonly CpuLayout Cpu = CpuLayout.Current;

    /// <summary>Writes the key to the stack; the slot is in R0. Clobbers R0 to R5.</summary>
    /// <param name="context">Holds the <c>pt_regs</c>.</param>
    internal static void Emit(Assembler code, Register context, short key, bool isReturn)
    {
        code.Add(
            Store(Width.U32, Register.R10, (short)(key + EntryImage.Slot), Register.R0),
            Load(Width.U64, Register.R1, context, Cpu.StackPointerOffset));
        if (isReturn)
        {
            code.Add(Alu(AluOperation.Add, Register.R1, -Cpu.ReturnedStackPointer));
        }

        code.Add(
            Store(Width.U64, Register.R10, (short)(key + EntryImage.Place), Register.R1),
            Call(Helper.GetCurrentPidTgid),
            Alu(AluOperation.ShiftRight, Register.R0, 32),
            Store(Width.U32, Register.R10, (short)(key + EntryImage.Tgid), Register.R0));
    }

    /// <summary>Adds to the open calls of a slot; clobbers R0 to R5.</summary>
    /// <param name="slot">Where on the stack it is.</param>
    internal static void CountOpen(Assembler code, EntryImage entries, short slot, int change, string missing)
    {
        MapLookup.Emit(code, entries.OpenMap, slot);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, missing),
            Move(Register.R1, change),
            AtomicAdd(Width.U64, Register.R0, 0, Register.R1));
    }
}
