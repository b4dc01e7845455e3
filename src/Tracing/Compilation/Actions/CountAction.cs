using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Adds one to the slot.</summary>
internal sealed class CountAction : IAction
{
    /// <summary>Where on the stack the slot stays, for actions that begin with the count.</summary>
    internal const short SlotOffset = -4;

    public string Name => "count";

    public bool NeedsContext => false;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        EmitCount(code);
        EmitOut(code);
    }

    /// <summary>
    /// Counts the slot in R0. The addition is atomic although the value is this CPU's own: uprobe programs
    /// can be preempted between load and store, and an interrupt can hit the same slot.
    /// </summary>
    internal static void EmitCount(Assembler code)
    {
        code.Add(Store(Width.U32, Register.R10, SlotOffset, Register.R0));
        MapLookup.EmitOrLeave(code, ProgramBuilder.CountsMap, SlotOffset);
        code.Add(
            Move(Register.R1, 1),
            AtomicAdd(Width.U64, Register.R0, 0, Register.R1));
    }

    /// <summary>Where every program leaves.</summary>
    internal static void EmitOut(Assembler code) => code.Label(Filter.Out).Add(Move(Register.R0, 0), Exit());
}
