using BpfDashboard.Tracing.Binding;
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

    /// <summary>What tasks have to be besides.</summary>
    public TaskFilter Tasks { get; init; } = new();

    /// <summary>Whether every event passes.</summary>
    public bool IsEmpty => Pid is null && Cpu is null && !SkipsIdle
        && Tasks is { Tid: null, Uid: null, NotPid: null, Cgroup: null };

    /// <summary>Emits the checks; clobbers R0 to R5.</summary>
    /// <param name="left">Where an event goes that fails one.</param>
    public void Emit(Assembler code, string left = Out)
    {
        if (Cpu is { } cpu)
        {
            code.Add(
                Call(Helper.GetSmpProcessorId),
                JumpIf(JumpOperation.NotEqual, Register.R0, cpu, left));
        }

        if (Pid is { } pid)
        {
            // The upper half is the tgid, which user space calls the pid.
            code.Add(
                Call(Helper.GetCurrentPidTgid),
                Alu(AluOperation.ShiftRight, Register.R0, 32),
                JumpIf(JumpOperation.NotEqual, Register.R0, pid, left));
        }
        else if (SkipsIdle)
        {
            code.Add(
                Call(Helper.GetCurrentPidTgid),
                JumpIf(JumpOperation.Equal, Register.R0, 0, left));
        }

        EmitTasks(code, left);
    }

    private void EmitTasks(Assembler code, string left)
    {
        if (Tasks.NotPid is { } other)
        {
            code.Add(
                Call(Helper.GetCurrentPidTgid),
                Alu(AluOperation.ShiftRight, Register.R0, 32),
                JumpIf(JumpOperation.Equal, Register.R0, other, left));
        }

        if (Tasks.Tid is { } tid)
        {
            code.Add(Call(Helper.GetCurrentPidTgid), JumpIf32(JumpOperation.NotEqual, Register.R0, tid, left));
        }

        if (Tasks.Uid is { } uid)
        {
            code.Add(Call(Helper.GetCurrentUidGid), JumpIf32(JumpOperation.NotEqual, Register.R0, (int)uid, left));
        }

        if (Tasks.Cgroup is { } cgroup)
        {
            code.Add(
                Move(Register.R1, cgroup.Level),
                Call(Helper.GetCurrentAncestorCgroupId),
                LoadImmediate(Register.R1, (long)cgroup.Id),
                JumpIf(JumpOperation.NotEqual, Register.R0, Register.R1, left));
        }
    }
}
