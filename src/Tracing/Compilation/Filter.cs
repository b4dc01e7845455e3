using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>The filters of a command, decided in the kernel: an event that fails one goes to the label <c>out</c>.</summary>
public sealed record Filter(int? Pid, int? Cpu)
{
    /// <summary>Where every program leaves.</summary>
    public const string Out = "out";

    /// <summary>Whether the idle task of a CPU, which has pid 0, is left out.</summary>
    public bool SkipsIdle { get; init; }

    /// <summary>Whether every event passes.</summary>
    public bool IsEmpty => Pid is null && Cpu is null && !SkipsIdle;

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
        else if (SkipsIdle)
        {
            code.Add(
                Call(Helper.GetCurrentPidTgid),
                JumpIf(JumpOperation.Equal, Register.R0, 0, Out));
        }
    }
}
