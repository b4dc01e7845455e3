using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits the way from the address in the state at R6 to its packed rule in R9, or to
/// <see cref="UnwindFrame.ByFramePointer"/> where there is none. Clobbers all other registers.
/// </summary>
/// <param name="words">Index of the map of tables.</param>
internal sealed class UnwindLookup(int words)
{
    /// <summary>Offset from R10 of the key by which a map is read, 4 bytes.</summary>
    private const short Key = -24;

    private const string Search = "unwind_search";
    private const string Mapped = "unwind_mapped";

    private static readonly SortedSearch Mappings = new(
        "unwind_mapping", UnwindLayout.MappingSteps, UnwindLayout.MaxMappings - 1, UnwindLayout.MappingShift);

    private static readonly SortedSearch Rows = new("unwind_row", UnwindLayout.RowSteps, UnwindLayout.WordsOfChunk - 1, 3);

    internal void Emit(Assembler code)
    {
        EmitMapping(code);
        EmitBucket(code);
        EmitRow(code);
    }

    /// <summary>R9 = the address relative to its file's lowest. The mapping of the frame before is tried first.</summary>
    private static void EmitMapping(Assembler code)
    {
        code.Add(Load(Width.U64, R9, R6, UnwindState.Address));
        EmitIsOutside(code, Search);
        code.Add(Jump(Mapped)).Label(Search).Add(
            Load(Width.U64, R0, R10, UnwindFrame.Process),
            Move(R1, R9),
            Move(R2, 0),
            Load(Width.U32, R3, R0, 0));
        Mappings.Emit(code, Load(Width.U64, R5, R5, UnwindLayout.MappingsOffset));
        UnwindState.CopyMapping(code, R2, R6, 0);
        EmitIsOutside(code, UnwindFrame.ByFramePointer);
        code.Label(Mapped).Add(
            Load(Width.U64, R2, R6, UnwindState.MappingOrigin),
            Alu(AluOperation.Sub, R9, R2));
    }

    private static void EmitIsOutside(Assembler code, string outside) => code
        .Add(
            Load(Width.U64, R2, R6, UnwindState.MappingStart),
            Move(R3, R9),
            Alu(AluOperation.Sub, R3, R2),
            Load(Width.U64, R2, R6, UnwindState.MappingLength),
            JumpIf(JumpOperation.GreaterOrEqual, R3, R2, outside));

    /// <summary>R7 = the number of the first word that covers the relative address in R9, R8 = how many do.</summary>
    private void EmitBucket(Assembler code)
    {
        code.Add(
            Move(R7, R9),
            Alu(AluOperation.ShiftRight, R7, UnwindLayout.BucketShift),
            Load(Width.U64, R2, R6, UnwindState.MappingIndex),
            Alu(AluOperation.Add, R7, R2));
        EmitChunk(code);
        Rows.EmitElement(code, R7);
        code.Add(
            Load(Width.U64, R7, R7, 0),
            Move(R8, R7),
            Alu(AluOperation.ShiftRight, R8, 32),
            JumpIf(JumpOperation.Equal, R8, 0, UnwindFrame.ByFramePointer),
            Alu32(AluOperation.Move, R7, R7));
    }

    private void EmitRow(Assembler code)
    {
        EmitChunk(code);
        code.Add(Move(R1, R9), Move(R2, R7), Move(R3, R8));
        Rows.Emit(code, Load(Width.U32, R5, R5, 0));
        code.Add(Load(Width.U32, R9, R2, 4));
    }

    /// <summary>R0 = the chunk that holds the word with the number in R7.</summary>
    private void EmitChunk(Assembler code) => code
        .Add(
            Move(R1, R7),
            Alu(AluOperation.ShiftRight, R1, UnwindLayout.ChunkShift),
            Store(Width.U32, R10, Key, R1),
            LoadMap(R1, words),
            Move(R2, R10),
            Alu(AluOperation.Add, R2, Key),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, R0, 0, UnwindFrame.ByFramePointer));
}
