using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>The program that most kinds share: filter, find the slot, count.</summary>
internal static class CountProgram
{
    /// <summary>One program for many places; each link's cookie is the slot.</summary>
    internal static BpfProgramImage WithCookie(ProgramType type, AttachType attachType, Filter filter)
    {
        var code = new Assembler();
        if (!filter.IsEmpty)
        {
            code.Add(Move(Register.R6, Register.R1));
            filter.Emit(code);
            code.Add(Move(Register.R1, Register.R6));
        }

        code.Add(Call(Helper.GetAttachCookie));
        CountAction.Emit(code);
        return new BpfProgramImage("count", type, attachType, code.Build());
    }

    /// <summary>One program per place, in which the slot is a constant: for hooks without cookies.</summary>
    internal static BpfProgramImage WithConstant(ProgramType type, AttachType attachType, Filter filter)
    {
        var code = new Assembler();
        filter.Emit(code);
        var slotInstruction = code.Count;
        code.Add(Move(Register.R0, 0));
        CountAction.Emit(code);
        return new BpfProgramImage("count", type, attachType, code.Build(), SlotInstruction: slotInstruction);
    }
}
