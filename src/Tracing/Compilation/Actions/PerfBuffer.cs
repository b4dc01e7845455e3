using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Emits sending a record through this CPU's perf buffer.</summary>
internal static class PerfBuffer
{
    /// <summary>BPF_F_CURRENT_CPU: all bits of the lower half.</summary>
    private const int CurrentCpu = -1;

    /// <summary>R0 = 0, or a negative errno; R4 holds the record's address, R5 its length.</summary>
    internal static void Send(Assembler code, Register context, int map) => code.Add(
        Move(Register.R1, context),
        LoadMap(Register.R2, map),
        Alu32(AluOperation.Move, Register.R3, CurrentCpu),
        Call(Helper.PerfEventOutput));
}
