using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Emits looking something up in a map by a key on the stack; R0 = its address, or 0.</summary>
internal static class MapLookup
{
    /// <summary>In a map of the image; clobbers R1 to R5.</summary>
    internal static void Emit(Assembler code, int map, short keyOffset) => code.Add(
        Move(Register.R2, Register.R10),
        Alu(AluOperation.Add, Register.R2, keyOffset),
        LoadMap(Register.R1, map),
        Call(Helper.MapLookupElem));

    /// <summary>The same, where there is nothing left to do if it is not there.</summary>
    internal static void EmitOrLeave(Assembler code, int map, short keyOffset)
    {
        Emit(code, map, keyOffset);
        code.Add(JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out));
    }
}
