using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>The filters of a command, decided in the kernel: an event that fails one goes to the label <c>out</c>.</summary>
public sealed record Filter(int? Pid, int? Cpu)
{
    /// <summary>Where every program leaves.</summary>
    public const string Out = "out";

    /// <summary>Whether every event passes.</summary>
    public bool IsEmpty => Pid is null && Cpu is null;

    /// <summary>Emits the checks; clobbers R0 to R5.</summary>
    public void Emit(Assembler code)
    {
        if (Cpu is { } cpu)
        {
            code.Add(
                Call(Helper.GetSmpProcessorId),
                JumpIf(JumpOperation.NotEqual, Register.R0, cpu, Out));
        }

        if (Pid is { } pid)
        {
            // The upper half is the tgid, which user space calls the pid.
            code.Add(
                Call(Helper.GetCurrentPidTgid),
                Alu(AluOperation.ShiftRight, Register.R0, 32),
                JumpIf(JumpOperation.NotEqual, Register.R0, pid, Out));
        }
    }
}
