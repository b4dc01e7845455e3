using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits the subprogram that writes a frame into the buffer and finds its caller: called with the number of the frame
/// and the <see cref="UnwindState"/>, it returns 0 to be called again, 1 when there is no caller.
/// </summary>
/// <remarks>
/// R6 is the state. First comes the search for the rule: R9 is the address, later relative to its file. Then the rule is
/// applied: R7 is the stack pointer, R8 the frame pointer, R9 the rule. All addresses are checked to be below 2^47, so
/// that they compare as signed numbers.
/// </remarks>
/// <param name="words">Index of the map of tables.</param>
internal sealed class UnwindFrame(int words)
{
    /// <summary>The subprogram's name.</summary>
    internal const string Name = "unwind_frame";

    private const int AddressBits = 47;

    // Two words that are read at once, and the key of a map.
    private const short Pair = -16;
    private const short PairSecond = -8;
    private const short Key = -24;

    private const string Search = "unwind_search";
    private const string Mapped = "unwind_mapped";
    private const string SignalFrame = "unwind_signal";
    private const string Plt = "unwind_plt";
    private const string AtFramePointer = "unwind_at_frame_pointer";
    private const string AtStackPointer = "unwind_at_stack_pointer";
    private const string AddOffset = "unwind_add";
    private const string Saved = "unwind_saved";
    private const string ReadPair = "unwind_pair";
    private const string ByFramePointer = "unwind_by_frame_pointer";
    private const string Next = "unwind_next";
    private const string Fault = "unwind_fault";
    private const string Implausible = "unwind_implausible";
    private const string Done = "unwind_done";
    private const string Ended = "unwind_ended";

    private static readonly SortedSearch Mappings = new(UnwindLayout.MaxMappings - 1, UnwindLayout.MappingShift);
    private static readonly SortedSearch Words = new(UnwindLayout.WordsOfChunk - 1, 3);

    internal void Emit(Assembler code)
    {
        code.Subprogram(Name);
        EmitWrite(code);
        EmitMapping(code);
        EmitRow(code);
        EmitFrameAddress(code);
        EmitCaller(code);
        EmitByFramePointer(code);
        EmitNext(code);
        EmitEnds(code);
    }

    /// <summary>Writes the frame with the number in R1.</summary>
    private static void EmitWrite(Assembler code) => code
        .Add(
            Move(R6, R2),
            // It never is, but the verifier does not know what the helper counts to.
            JumpIf(JumpOperation.GreaterOrEqual, R1, UserUnwinder.MaxFrames, Done),
            Alu(AluOperation.ShiftLeft, R1, 3),
            Load(Width.U64, R2, R6, UnwindState.Buffer),
            Alu(AluOperation.Add, R2, R1),
            Load(Width.U64, R1, R6, UnwindState.InstructionPointer),
            Store(Width.U64, R2, 0, R1));

    /// <summary>R9 = the address relative to its file's lowest, unless no mapping holds it. The last one is tried first.</summary>
    private static void EmitMapping(Assembler code)
    {
        code.Add(Load(Width.U64, R9, R6, UnwindState.Address));
        EmitIsOutside(code, Search);
        code.Add(Jump(Mapped)).Label(Search).Add(
            Load(Width.U64, R0, R6, UnwindState.Process),
            Move(R1, R9),
            Load(Width.U32, R3, R0, 0),
            Move(R2, 0));
        Mappings.Emit(code, UnwindLayout.MappingSteps, Load(Width.U64, R5, R5, UnwindLayout.MappingsOffset));
        for (short field = 0; field < 1 << UnwindLayout.MappingShift; field += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, R3, R2, (short)(UnwindLayout.MappingsOffset + field)),
                Store(Width.U64, R6, (short)(UnwindState.Mapping + field), R3));
        }

        EmitIsOutside(code, ByFramePointer);
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

    /// <summary>R9 = the packed rule for the relative address in R9; R7 and R8 are free meanwhile.</summary>
    private void EmitRow(Assembler code)
    {
        code.Add(
            Move(R7, R9),
            Alu(AluOperation.ShiftRight, R7, UnwindLayout.BucketShift),
            Load(Width.U64, R2, R6, UnwindState.MappingIndex),
            Alu(AluOperation.Add, R7, R2));
        EmitChunk(code);
        Words.EmitElement(code, R7);
        code.Add(
            Load(Width.U64, R7, R7, 0),
            Move(R8, R7),
            Alu(AluOperation.ShiftRight, R8, 32),
            JumpIf(JumpOperation.Equal, R8, 0, ByFramePointer),
            Alu32(AluOperation.Move, R7, R7));
        EmitChunk(code);
        code.Add(Move(R1, R9), Move(R2, R7), Move(R3, R8));
        Words.Emit(code, UnwindLayout.RowSteps, Load(Width.U32, R5, R5, 0));
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
            JumpIf(JumpOperation.Equal, R0, 0, ByFramePointer));

    /// <summary>From the rule in R9 to the CFA in R7, by one of the ways of <see cref="CfaKind"/>.</summary>
    private static void EmitFrameAddress(Assembler code)
    {
        EmitPointers(code);
        code.Add(
            Move(R2, R9),
            Alu(AluOperation.ShiftLeft, R2, 32),
            Alu(AluOperation.ArithmeticShiftRight, R2, 32 + UnwindRule.CfaOffsetShift),
            Move(R3, R2),
            Alu(AluOperation.ShiftLeft, R3, 3),
            Move(R1, R9),
            Alu(AluOperation.And, R1, UnwindRule.CfaMask),
            Move(R4, R7),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.StackPointer, AddOffset),
            Move(R4, R8),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.FramePointer, AddOffset),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.Outermost, Done),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.AtFramePointer, AtFramePointer),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.AtStackPointer, AtStackPointer),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.Plt, Plt),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.SignalFrame, SignalFrame),
            Jump(ByFramePointer));
        EmitSignalFrame(code);
        code.Label(Plt).Add(
            Move(R3, 8),
            Move(R4, R7),
            Load(Width.U64, R1, R6, UnwindState.InstructionPointer),
            Alu(AluOperation.And, R1, 15),
            JumpIf(JumpOperation.Less, R1, R2, AddOffset),
            Move(R3, 16),
            Jump(AddOffset));
        code.Label(AtStackPointer).Add(Alu(AluOperation.Add, R3, R7));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R4, R10, Pair), Move(R3, 8), Jump(AddOffset));
        code.Label(AtFramePointer).Add(Alu(AluOperation.Add, R3, R8));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R4, R10, Pair), Move(R3, 0));
        code.Label(AddOffset).Add(
            Alu(AluOperation.Add, R4, R3),
            // Stacks grow down, and the CFA of a caller lies above.
            JumpIf(JumpOperation.LessOrEqual, R4, R7, Implausible),
            Move(R7, R4));
    }

    /// <summary>R7 = the stack pointer, R8 = the frame pointer, as the frame has them.</summary>
    private static void EmitPointers(Assembler code) => code.Add(
        Load(Width.U64, R7, R6, UnwindState.StackPointer),
        Load(Width.U64, R8, R6, UnwindState.FramePointer));

    /// <summary>The interrupted function's registers; its address is no return address.</summary>
    private static void EmitSignalFrame(Assembler code)
    {
        const int framePointer = 120, stackPointer = 160;
        code.Label(SignalFrame).Add(Move(R3, R7), Alu(AluOperation.Add, R3, framePointer));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R8, R10, Pair), Move(R3, R7), Alu(AluOperation.Add, R3, stackPointer));
        EmitRead(code, 16);
        code.Add(Load(Width.U64, R7, R10, Pair));
        EmitInstructionPointer(code, PairSecond, 0);
        code.Add(Jump(Next));
    }

    /// <summary>Instruction and frame pointer of the caller, from the CFA in R7 and the rule in R9.</summary>
    private static void EmitCaller(Assembler code)
    {
        var aboveReturn = new UnwindRule(CfaKind.Unknown, 0, SavedFramePointer.AtCfa, -16).Pack();
        code.Add(
            Move(R1, R9),
            Alu(AluOperation.And, R1, (1 << UnwindRule.CfaOffsetShift) - 1 - UnwindRule.CfaMask),
            Move(R3, R7),
            Alu(AluOperation.Add, R3, -16),
            // The usual place of a saved rbp, which one read serves.
            JumpIf(JumpOperation.Equal, R1, (int)aboveReturn, ReadPair),
            Alu(AluOperation.Add, R3, 8));
        EmitRead(code, 8);
        EmitInstructionPointer(code, Pair, -1);
        code.Add(
            Move(R3, R9),
            Alu(AluOperation.ShiftLeft, R3, 32 + UnwindRule.CfaOffsetShift),
            Alu(AluOperation.ArithmeticShiftRight, R3, 64 - UnwindRule.SavedOffsetBits),
            Alu(AluOperation.ShiftLeft, R3, 3),
            Alu(AluOperation.ShiftRight, R9, UnwindRule.SavedShift),
            Alu(AluOperation.And, R9, UnwindRule.SavedMask),
            JumpIf(JumpOperation.Equal, R9, (int)SavedFramePointer.Unchanged, Next),
            Move(R2, R7),
            JumpIf(JumpOperation.Equal, R9, (int)SavedFramePointer.AtCfa, Saved),
            Move(R2, R8),
            JumpIf(JumpOperation.Equal, R9, (int)SavedFramePointer.AtFramePointer, Saved),
            Move(R8, 0),
            Jump(Next));
        code.Label(Saved).Add(Alu(AluOperation.Add, R3, R2));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R8, R10, Pair), Jump(Next));
    }

    /// <summary>Where no table helps: the frame that rbp points to, if it lies where a caller's frame may lie.</summary>
    private static void EmitByFramePointer(Assembler code)
    {
        code.Label(ByFramePointer).Add(Store(Width.U8, R6, UnwindState.UsedFramePointer, 1));
        EmitPointers(code);
        code.Add(
            JumpIf(JumpOperation.Equal, R8, 0, Implausible),
            JumpIf(JumpOperation.Less, R8, R7, Implausible),
            Move(R3, R8),
            Move(R7, R8),
            Alu(AluOperation.Add, R7, 16));
        code.Label(ReadPair);
        EmitRead(code, 16);
        code.Add(Load(Width.U64, R8, R10, Pair));
        EmitInstructionPointer(code, PairSecond, -1);
    }

    /// <summary>The next instruction pointer, from a slot of this stack, and so many bytes from it what is looked up.</summary>
    private static void EmitInstructionPointer(Assembler code, short slot, int offset) => code.Add(
        Load(Width.U64, R1, R10, slot),
        Store(Width.U64, R6, UnwindState.InstructionPointer, R1),
        Alu(AluOperation.Add, R1, offset),
        Store(Width.U64, R6, UnwindState.Address, R1));

    /// <summary>Reads bytes of the process at R3 into the pair.</summary>
    private static void EmitRead(Assembler code, int bytes) => code
        .Add(
            Move(R1, R10),
            Alu(AluOperation.Add, R1, Pair),
            Move(R2, bytes),
            Call(Helper.ProbeReadUser),
            JumpIf(JumpOperation.NotEqual, R0, 0, Fault));

    /// <summary>Goes on with the caller, if there is one.</summary>
    private static void EmitNext(Assembler code) => code
        .Label(Next)
        .Add(
            Store(Width.U64, R6, UnwindState.StackPointer, R7),
            Store(Width.U64, R6, UnwindState.FramePointer, R8),
            Load(Width.U64, R1, R6, UnwindState.InstructionPointer),
            JumpIf(JumpOperation.Equal, R1, 0, Done),
            Alu(AluOperation.ShiftRight, R1, AddressBits),
            JumpIf(JumpOperation.NotEqual, R1, 0, Implausible),
            Move(R0, 0),
            Exit());

    private static void EmitEnds(Assembler code)
    {
        EmitEnd(code, Implausible, UnwindEnd.Implausible);
        EmitEnd(code, Fault, UnwindEnd.Fault);
        EmitEnd(code, Done, UnwindEnd.Complete);
        code.Label(Ended).Add(
            Store(Width.U8, R6, UnwindState.End, R1),
            Move(R0, 1),
            Exit());
    }

    private static void EmitEnd(Assembler code, string label, UnwindEnd end) =>
        code.Label(label).Add(Move(R1, (int)end), Jump(Ended));
}
