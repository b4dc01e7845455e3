using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>Emits the loading of what does not depend on the place that is probed.</summary>
internal static class Builtins
{
    /// <summary>R0 = the value; clobbers R1 to R5.</summary>
    internal static void Emit(Assembler code, Builtin builtin)
    {
        switch (builtin)
        {
            case Builtin.Thread:
                code.Add(Call(Helper.GetCurrentPidTgid));
                break;
            case Builtin.Process:
                code.Add(Call(Helper.GetCurrentPidTgid), Alu(AluOperation.ShiftRight, R0, 32));
                break;
            case Builtin.User:
                code.Add(Call(Helper.GetCurrentUidGid));
                break;
            case Builtin.Group:
                code.Add(Call(Helper.GetCurrentUidGid), Alu(AluOperation.ShiftRight, R0, 32));
                break;
            case Builtin.Cpu:
                code.Add(Call(Helper.GetSmpProcessorId));
                break;
            case Builtin.Task:
                code.Add(Call(Helper.GetCurrentTask));
                break;
            case Builtin.Cgroup:
                code.Add(Call(Helper.GetCurrentCgroupId));
                break;
            case Builtin.Time:
                code.Add(Call(Helper.KtimeGetNs));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(builtin), builtin, "this one depends on the probe, or is a text");
        }
    }
}
