using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>The program that most kinds share: filter, find the slot, act.</summary>
internal static class HitProgram
{
    private const string NoSlot = "no_slot";

    /// <summary>One program for many places; each link's cookie is the slot.</summary>
    /// <param name="programs">
    /// An empty array of programs, for one whose stack must be its own. Since Linux 6.13 a program that takes 64 bytes of
    /// stack gets one of its CPU, and at user probes a second thread gets the same one when the first is preempted. A
    /// program with a tail call gets none (check_max_stack_depth); this one's is never reached.
    /// </param>
    internal static BpfProgramImage WithCookie(
        ProgramType type, AttachType attachType, Filter filter, IAction action, HitPlace place = HitPlace.Other,
        int? programs = null)
    {
        var code = new Assembler();
        if (!filter.IsEmpty || action.NeedsContext)
        {
            code.Add(Move(Register.R6, Register.R1));
        }

        if (!filter.IsEmpty)
        {
            filter.Emit(code);
            code.Add(Move(Register.R1, Register.R6));
        }

        code.Add(Call(Helper.GetAttachCookie));
        EmitAction(code, action, place, programs);
        return Finish(code, type, attachType, action);
    }

    /// <summary>One program for the entries and the returns of many functions. See docs/adr/0014.</summary>
    /// <param name="filter">
    /// Calls that fail it at their entries are left alone at their returns too; those that fail it there only are in a forked
    /// child, which did not enter them.
    /// </param>
    internal static BpfProgramImage OfSession(AttachType attachType, Filter filter, SessionWork work, int? programs = null)
    {
        const string returned = "returned";
        const string leftAlone = "left_alone";
        var code = new Assembler();
        code.Add(
            Move(Register.R6, Register.R1),
            Call(Kfunc.SessionIsReturn),
            JumpIf(JumpOperation.AnyBit, Register.R0, 1, returned));
        filter.Emit(code, leftAlone);
        work.Kept.Save(code, Register.R6, leftAlone);
        code.Add(Move(Register.R0, 0), Exit())
            .Label(leftAlone).Add(Move(Register.R0, 1), Exit())
            .Label(returned);
        filter.Emit(code);
        code.Add(Move(Register.R1, Register.R6), Call(Helper.GetAttachCookie));
        EmitAction(code, work.AtReturn, HitPlace.Other, programs);
        return Finish(code, ProgramType.Kprobe, attachType, work.AtReturn);
    }

    /// <summary>One program per place, in which the slot is a constant: for hooks without cookies.</summary>
    internal static BpfProgramImage WithConstant(ProgramType type, AttachType attachType, Filter filter, IAction action)
    {
        var code = new Assembler();
        if (action.NeedsContext)
        {
            code.Add(Move(Register.R6, Register.R1));
        }

        filter.Emit(code);
        var slotInstruction = code.Count;
        code.Add(Move(Register.R0, 0));
        action.Emit(code, Register.R6, HitPlace.Other);
        return Finish(code, type, attachType, action) with { SlotInstruction = slotInstruction };
    }

    private static void EmitAction(Assembler code, IAction action, HitPlace place, int? programs)
    {
        if (programs is not { } none)
        {
            action.Emit(code, Register.R6, place);
            return;
        }

        code.Add(JumpIf(JumpOperation.Greater, Register.R0, int.MaxValue, NoSlot));
        action.Emit(code, Register.R6, place);
        code.Label(NoSlot).Add(
            Move(Register.R1, Register.R6),
            LoadMap(Register.R2, none),
            Move(Register.R3, 0),
            Call(Helper.TailCall),
            Move(Register.R0, 0),
            Exit());
    }

    private static BpfProgramImage Finish(Assembler code, ProgramType type, AttachType attachType, IAction action)
    {
        action.EmitSubprograms(code);
        return new BpfProgramImage(action.Name, type, attachType, code.Build())
        {
            Subprograms = code.Subprograms,
            Unwinds = action.Unwinds,
        };
    }
}
