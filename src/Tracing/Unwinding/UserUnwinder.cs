using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Cpu;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits the code that unwinds the user stack of the current thread by tables. Like <c>bpf_get_stack</c> it fills a
/// buffer with addresses, innermost first, and leaves their length in bytes in R0, or a negative error number.
/// </summary>
/// <remarks>
/// The searches have no branches: verifying 127 frames then costs some ten thousand instructions per branch saved, and
/// at run time nothing is mispredicted. Throughout the loop R6 is the instruction pointer, R7 the stack pointer, R8
/// the frame pointer, R9 the number of frames. All addresses are checked to be below 2^47, so that they compare as
/// signed numbers.
/// </remarks>
/// <param name="words">Index of the map of tables.</param>
/// <param name="processes">Index of the map of processes.</param>
/// <param name="top">
/// Offset from R10 of the end of the <see cref="StackSize"/> bytes of stack that the code may use; a multiple of 8.
/// </param>
internal sealed class UserUnwinder(int words, int processes, short top = 0)
{
    /// <summary>Bytes of stack.</summary>
    internal const int StackSize = 128;

    /// <summary>The buffer's least size in bytes.</summary>
    internal const int BufferSize = MaxFrames * 8;

    private const int MaxFrames = 127;
    private const int AddressBits = 47;
    private const int Fault = -14;

    private static readonly CpuLayout Cpu = CpuLayout.Current;

    /// <summary>Offset from R10 where the caller stores the buffer's address: in a map's value.</summary>
    internal short Buffer => Slot(1);

    /// <summary>Offset from R10 where a <see cref="UnwindEnd"/> lies afterwards, 8 bytes.</summary>
    internal short End => Slot(2);

    private short Process => Slot(3);
    private short Start => Slot(4);
    private short Length => Slot(5);
    private short Origin => Slot(6);
    private short Index => Slot(7);

    /// <summary>What is looked up: the instruction pointer, or one less where it is that of a return: there is the call.</summary>
    private short Address => Slot(8);
    private short Relative => Slot(9);
    private short Rule => Slot(10);
    private short Key => Slot(11);
    private short Rows => Slot(15);
    private short Word => Slot(14);
    private short Pair => Slot(13);
    private short PairSecond => Slot(12);

    /// <summary>
    /// Emits the code; clobbers all registers but R10. The verifier knows each length that R0 may have, and would
    /// verify all that follows for each of them: move it through a map's value, of whose contents it knows nothing.
    /// </summary>
    /// <param name="unknown">
    /// Where to go when there is no table for this process, or it is a 32-bit one: to <c>bpf_get_stack</c>.
    /// </param>
    internal void Emit(Assembler code, string unknown)
    {
        EmitRegisters(code, unknown);
        EmitProcess(code, unknown);
        code.Label("unwind_frame");
        EmitFrame(code);
        EmitMapping(code);
        EmitRowSearch(code);
        EmitRules(code);
        EmitCaller(code);
        EmitByFramePointer(code);
        code.Label("unwind_next").Add(
            JumpIf(JumpOperation.Equal, R6, 0, "unwind_done"),
            Move(R1, R6),
            Alu(AluOperation.ShiftRight, R1, AddressBits),
            JumpIf(JumpOperation.NotEqual, R1, 0, "unwind_implausible"),
            JumpIf(JumpOperation.Less, R9, MaxFrames, "unwind_frame"));
        EmitEnds(code);
    }

    /// <summary>
    /// R6, R7 and R8 from what the kernel saved when the thread entered it. That holds for system calls, and for
    /// exceptions and interrupts of user code alike, so it serves every kind of program (Linux 5.15).
    /// </summary>
    private static void EmitRegisters(Assembler code, string unknown) => code
        .Add(
            Call(Helper.GetCurrentTaskBtf),
            Move(R1, R0),
            Call(Helper.TaskPtRegs),
            Load(Width.U64, R1, R0, Cpu.CodeSegmentOffset),
            JumpIf32(JumpOperation.Equal, R1, Cpu.CompatCodeSegment, unknown),
            Load(Width.U64, R6, R0, Cpu.InstructionPointerOffset),
            Load(Width.U64, R7, R0, Cpu.StackPointerOffset),
            Load(Width.U64, R8, R0, Cpu.FramePointerOffset),
            Move(R0, Fault),
            // Threads of the kernel have no user registers.
            Alu(AluOperation.And, R1, 3),
            JumpIf(JumpOperation.NotEqual, R1, 3, "unwind_end"));

    private void EmitProcess(Assembler code, string unknown)
    {
        code.Add(
            Call(Helper.GetCurrentPidTgid),
            Alu(AluOperation.ShiftRight, R0, 32),
            Store(Width.U32, R10, Key, R0),
            LoadMap(R1, processes),
            Move(R2, R10),
            Alu(AluOperation.Add, R2, Key),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, R0, 0, unknown),
            Store(Width.U64, R10, Process, R0),
            Store(Width.U64, R10, Start, 0),
            Store(Width.U64, R10, Length, 0),
            Store(Width.U64, R10, End, 0),
            Move(R9, 0));
        EmitAddress(code, 0);
    }

    /// <summary>Writes the frame; R1 = the address to look up.</summary>
    private void EmitFrame(Assembler code) => code
        .Add(
            Load(Width.U64, R1, R10, Buffer),
            Move(R2, R9),
            Alu(AluOperation.ShiftLeft, R2, 3),
            Alu(AluOperation.Add, R1, R2),
            Store(Width.U64, R1, 0, R6),
            Alu(AluOperation.Add, R9, 1),
            Load(Width.U64, R1, R10, Address));

    /// <summary>R1 = the address relative to its file's lowest, unless no mapping holds it. The last one is tried first.</summary>
    private void EmitMapping(Assembler code)
    {
        EmitIsOutside(code, "unwind_search");
        code.Add(Jump("unwind_mapped")).Label("unwind_search").Add(
            Load(Width.U64, R0, R10, Process),
            Load(Width.U32, R3, R0, 0),
            Move(R2, 0));
        for (var step = 0; step < UnwindLayout.MappingSteps; step++)
        {
            EmitHalving(
                code, UnwindLayout.MaxMappings - 1, UnwindLayout.MappingShift,
                Load(Width.U64, R5, R5, UnwindLayout.MappingsOffset));
        }

        EmitElement(code, R2, UnwindLayout.MaxMappings - 1, UnwindLayout.MappingShift);
        short field = UnwindLayout.MappingsOffset;
        foreach (var slot in new[] { Start, Length, Origin, Index })
        {
            code.Add(Load(Width.U64, R3, R2, field), Store(Width.U64, R10, slot, R3));
            field += sizeof(ulong);
        }

        EmitIsOutside(code, "unwind_by_frame_pointer");
        code.Label("unwind_mapped").Add(
            Load(Width.U64, R2, R10, Origin),
            Alu(AluOperation.Sub, R1, R2),
            Store(Width.U64, R10, Relative, R1));
    }

    private void EmitIsOutside(Assembler code, string outside) => code
        .Add(
            Load(Width.U64, R2, R10, Start),
            Move(R3, R1),
            Alu(AluOperation.Sub, R3, R2),
            Load(Width.U64, R2, R10, Length),
            JumpIf(JumpOperation.GreaterOrEqual, R3, R2, outside));

    /// <summary>
    /// One step of a search in the sorted elements at R0 for the last one whose key is not above R1. R2 is the first
    /// candidate, R3 their number (0 becomes 0). With h = R3 / 2: if element R2 + h is not above, go there; R3 -= h.
    /// </summary>
    private static void EmitHalving(Assembler code, int mask, int shift, Instruction loadKey)
    {
        code.Add(
            Move(R4, R3),
            Alu(AluOperation.ShiftRight, R4, 1),
            Move(R5, R2),
            Alu(AluOperation.Add, R5, R4));
        EmitElement(code, R5, mask, shift);
        code.Add(
            loadKey,
            Alu(AluOperation.Sub, R3, R4),
            // R5 = all ones if the key is not above R1, else 0.
            Alu(AluOperation.Negate, R5, 0),
            Alu(AluOperation.Add, R5, R1),
            Alu(AluOperation.ArithmeticShiftRight, R5, 63),
            Alu(AluOperation.Xor, R5, -1),
            Alu(AluOperation.And, R5, R4),
            Alu(AluOperation.Add, R2, R5));
    }

    /// <summary>Turns an index into the address of that element at R0.</summary>
    private static void EmitElement(Assembler code, Register index, int mask, int shift) => code
        .Add(
            Alu(AluOperation.And, index, mask),
            Alu(AluOperation.ShiftLeft, index, shift),
            Alu(AluOperation.Add, index, R0));

    /// <summary>R1 = the packed rule for the relative address in R1.</summary>
    private void EmitRowSearch(Assembler code)
    {
        code.Add(
            Alu(AluOperation.ShiftRight, R1, UnwindLayout.BucketShift),
            Load(Width.U64, R2, R10, Index),
            Alu(AluOperation.Add, R1, R2));
        EmitChunk(code);
        code.Add(
            Load(Width.U64, R1, R2, 0),
            Move(R3, R1),
            Alu(AluOperation.ShiftRight, R3, 32),
            JumpIf(JumpOperation.Equal, R3, 0, "unwind_by_frame_pointer"),
            Store(Width.U64, R10, Rows, R3),
            Alu32(AluOperation.Move, R1, R1));
        EmitChunk(code);
        code.Add(
            Load(Width.U64, R2, R10, Word),
            Load(Width.U64, R3, R10, Rows),
            Load(Width.U64, R1, R10, Relative));
        for (var step = 0; step < UnwindLayout.RowSteps; step++)
        {
            EmitHalving(code, UnwindLayout.WordsOfChunk - 1, 3, Load(Width.U32, R5, R5, 0));
        }

        EmitElement(code, R2, UnwindLayout.WordsOfChunk - 1, 3);
        code.Add(Load(Width.U32, R1, R2, 4));
    }

    /// <summary>R0 = the chunk that holds word R1, R2 = the word's address; the word's number is kept.</summary>
    private void EmitChunk(Assembler code)
    {
        code.Add(
            Store(Width.U64, R10, Word, R1),
            Alu(AluOperation.ShiftRight, R1, UnwindLayout.ChunkShift),
            Store(Width.U32, R10, Key, R1),
            LoadMap(R1, words),
            Move(R2, R10),
            Alu(AluOperation.Add, R2, Key),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, R0, 0, "unwind_by_frame_pointer"),
            Load(Width.U64, R2, R10, Word));
        EmitElement(code, R2, UnwindLayout.WordsOfChunk - 1, 3);
    }

    /// <summary>From the rule in R1 to the CFA in R7, by one of the ways of <see cref="CfaKind"/>.</summary>
    private void EmitRules(Assembler code)
    {
        code.Add(
            Store(Width.U64, R10, Rule, R1),
            Move(R2, R1),
            Alu(AluOperation.ShiftLeft, R2, 32),
            Alu(AluOperation.ArithmeticShiftRight, R2, 32 + UnwindRule.CfaOffsetShift),
            Move(R3, R2),
            Alu(AluOperation.ShiftLeft, R3, 3),
            Alu(AluOperation.And, R1, UnwindRule.CfaMask),
            Move(R4, R7),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.StackPointer, "unwind_add"),
            Move(R4, R8),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.FramePointer, "unwind_add"),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.Outermost, "unwind_done"),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.AtFramePointer, "unwind_at_frame_pointer"),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.AtStackPointer, "unwind_at_stack_pointer"),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.Plt, "unwind_plt"),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.SignalFrame, "unwind_signal"),
            Jump("unwind_by_frame_pointer"));
        EmitSignalFrame(code);
        code.Label("unwind_plt").Add(
            Move(R3, 8),
            Move(R4, R7),
            Move(R1, R6),
            Alu(AluOperation.And, R1, 15),
            JumpIf(JumpOperation.Less, R1, R2, "unwind_add"),
            Move(R3, 16),
            Jump("unwind_add"));
        code.Label("unwind_at_stack_pointer").Add(Alu(AluOperation.Add, R3, R7));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R4, R10, Pair), Move(R3, 8), Jump("unwind_add"));
        code.Label("unwind_at_frame_pointer").Add(Alu(AluOperation.Add, R4, R3), Move(R3, R4));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R4, R10, Pair), Move(R3, 0));
        code.Label("unwind_add").Add(
            Alu(AluOperation.Add, R4, R3),
            // Stacks grow down, and the CFA of a caller lies above.
            JumpIf(JumpOperation.LessOrEqual, R4, R7, "unwind_implausible"),
            Move(R7, R4));
    }

    /// <summary>The interrupted function's registers; its address is no return address.</summary>
    private void EmitSignalFrame(Assembler code)
    {
        const int framePointer = 120, stackPointer = 160;
        code.Label("unwind_signal").Add(Move(R3, R7), Alu(AluOperation.Add, R3, framePointer));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R8, R10, Pair), Move(R3, R7), Alu(AluOperation.Add, R3, stackPointer));
        EmitRead(code, 16);
        code.Add(
            Load(Width.U64, R7, R10, Pair),
            Load(Width.U64, R6, R10, PairSecond));
        EmitAddress(code, 0);
        code.Add(Jump("unwind_next"));
    }

    /// <summary>R6 and R8 of the caller, from the CFA in R7 and the rule in its slot.</summary>
    private void EmitCaller(Assembler code)
    {
        var aboveReturn = new UnwindRule(CfaKind.Unknown, 0, SavedFramePointer.AtCfa, -16).Pack();
        code.Add(
            Load(Width.U64, R1, R10, Rule),
            Alu(AluOperation.And, R1, (1 << UnwindRule.CfaOffsetShift) - 1 - UnwindRule.CfaMask),
            Move(R3, R7),
            Alu(AluOperation.Add, R3, -16),
            // The usual place of a saved rbp, which one read serves.
            JumpIf(JumpOperation.Equal, R1, (int)aboveReturn, "unwind_pair"),
            Alu(AluOperation.Add, R3, 8));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R6, R10, Pair));
        EmitAddress(code, -1);
        code.Add(
            Load(Width.U64, R1, R10, Rule),
            Move(R3, R1),
            Alu(AluOperation.ShiftLeft, R3, 32 + UnwindRule.CfaOffsetShift),
            Alu(AluOperation.ArithmeticShiftRight, R3, 64 - UnwindRule.SavedOffsetBits),
            Alu(AluOperation.ShiftLeft, R3, 3),
            Alu(AluOperation.ShiftRight, R1, UnwindRule.SavedShift),
            Alu(AluOperation.And, R1, UnwindRule.SavedMask),
            JumpIf(JumpOperation.Equal, R1, (int)SavedFramePointer.Unchanged, "unwind_next"),
            Move(R2, R7),
            JumpIf(JumpOperation.Equal, R1, (int)SavedFramePointer.AtCfa, "unwind_saved"),
            Move(R2, R8),
            JumpIf(JumpOperation.Equal, R1, (int)SavedFramePointer.AtFramePointer, "unwind_saved"),
            // Zero, but the verifier does not know.
            Alu(AluOperation.Xor, R8, R8),
            Jump("unwind_next"));
        code.Label("unwind_saved").Add(Alu(AluOperation.Add, R3, R2));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R8, R10, Pair), Jump("unwind_next"));
    }

    /// <summary>Where no table helps: the frame that rbp points to, if it lies where a caller's frame may lie.</summary>
    private void EmitByFramePointer(Assembler code)
    {
        code.Label("unwind_by_frame_pointer").Add(
            Load(Width.U64, R1, R10, End),
            Alu(AluOperation.Or, R1, (int)UnwindEnd.UsedFramePointer),
            Store(Width.U64, R10, End, R1),
            JumpIf(JumpOperation.Equal, R8, 0, "unwind_implausible"),
            JumpIf(JumpOperation.Less, R8, R7, "unwind_implausible"),
            Move(R3, R8),
            Move(R7, R8),
            Alu(AluOperation.Add, R7, 16));
        code.Label("unwind_pair");
        EmitRead(code, 16);
        code.Add(
            Load(Width.U64, R8, R10, Pair),
            Load(Width.U64, R6, R10, PairSecond));
        EmitAddress(code, -1);
    }

    /// <summary>
    /// The address to look up next, so many bytes from R6. Added this way around, the verifier does not keep in mind
    /// how the two belong together, and takes states that differ only therein for the same.
    /// </summary>
    private void EmitAddress(Assembler code, int offset) => code.Add(
        Move(R1, offset),
        Alu(AluOperation.Add, R1, R6),
        Store(Width.U64, R10, Address, R1));

    /// <summary>Reads bytes of the process at R3 into the pair.</summary>
    private void EmitRead(Assembler code, int bytes) => code
        .Add(
            Move(R1, R10),
            Alu(AluOperation.Add, R1, Pair),
            Move(R2, bytes),
            Call(Helper.ProbeReadUser),
            JumpIf(JumpOperation.NotEqual, R0, 0, "unwind_fault"));

    private void EmitEnds(Assembler code)
    {
        EmitEnd(code, null, UnwindEnd.Depth);
        EmitEnd(code, "unwind_fault", UnwindEnd.Fault);
        EmitEnd(code, "unwind_implausible", UnwindEnd.Implausible);
        code.Label("unwind_ended").Add(
            Load(Width.U64, R2, R10, End),
            Alu(AluOperation.Or, R2, R1),
            Store(Width.U64, R10, End, R2));
        code.Label("unwind_done").Add(Move(R0, R9), Alu(AluOperation.ShiftLeft, R0, 3));
        code.Label("unwind_end");
    }

    private static void EmitEnd(Assembler code, string? label, UnwindEnd end)
    {
        if (label is not null)
        {
            code.Label(label);
        }

        code.Add(Move(R1, (int)end), Jump("unwind_ended"));
    }

    private short Slot(int number) => (short)(top - (8 * number));
}
