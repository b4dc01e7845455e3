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
/// Each frame is a call of <see cref="UnwindFrame"/> by the helper <c>bpf_loop</c> (Linux 5.17), so that the verifier walks
/// through the code of a frame once or twice, and not once for each of the 127 frames there may be.
/// </remarks>
/// <param name="words">Index of the map of tables.</param>
/// <param name="processes">Index of the map of processes.</param>
/// <param name="top">
/// Offset from R10 of the end of the <see cref="StackSize"/> bytes of stack that the code may use; a multiple of 8.
/// </param>
internal sealed class UserUnwinder(int words, int processes, short top)
{
    /// <summary>Bytes of stack, beside those of the subprogram.</summary>
    internal const int StackSize = UnwindState.Pointers.Size + sizeof(ulong);

    /// <summary>Frames at most. The buffer must have room for as many words.</summary>
    internal const int MaxFrames = 127;

    private const int Fault = -14;

    private static readonly CpuLayout Cpu = CpuLayout.Current;

    private short Key => (short)(top - sizeof(ulong));

    /// <summary>Emits the code; clobbers R0 to R5, and leaves the other registers alone.</summary>
    /// <param name="buffer">Holds the buffer's address: in a map's value. One of R1 to R5.</param>
    /// <param name="scratch">Holds the address of a map's value. One of R6 to R9.</param>
    /// <param name="state">
    /// Offset in that value of <see cref="UnwindState.Size"/> bytes, in which an <see cref="UnwindEnd"/> lies afterwards.
    /// </param>
    /// <param name="unknown">
    /// Where to go when there is no table for this process, or it is a 32-bit one: to <c>bpf_get_stack</c>.
    /// </param>
    /// <param name="failed">Where to go with an error, before there is an end.</param>
    internal void Emit(Assembler code, Register buffer, Register scratch, short state, string unknown, string failed)
    {
        code.Add(
            Store(Width.U64, R10, At(UnwindState.Pointers.Buffer), buffer),
            Move(R1, scratch),
            Alu(AluOperation.Add, R1, state),
            Store(Width.U64, R10, At(UnwindState.Pointers.State), R1));
        EmitRegisters(code, scratch, state, unknown, failed);
        EmitProcess(code, scratch, state, unknown);
        code.Add(
            Move(R1, MaxFrames),
            LoadSubprogram(R2, UnwindFrame.Name),
            Move(R3, R10),
            Alu(AluOperation.Add, R3, At(0)),
            Move(R4, 0),
            // Gives the number of calls, of which each has found a frame.
            Call(Helper.Loop),
            Alu(AluOperation.ShiftLeft, R0, 3));
    }

    /// <summary>Emits the subprogram; once, behind the end of the main program.</summary>
    internal void EmitSubprogram(Assembler code) => UnwindFrame.Emit(code, words);

    /// <summary>
    /// What the kernel saved when the thread entered it. That holds for system calls, and for exceptions and interrupts of
    /// user code alike, so it serves every kind of program (Linux 5.15).
    /// </summary>
    private static void EmitRegisters(Assembler code, Register scratch, short state, string unknown, string failed) => code
        .Add(
            Call(Helper.GetCurrentTaskBtf),
            Move(R1, R0),
            Call(Helper.TaskPtRegs),
            Load(Width.U64, R1, R0, Cpu.CodeSegmentOffset),
            JumpIf32(JumpOperation.Equal, R1, Cpu.CompatCodeSegment, unknown),
            Load(Width.U64, R2, R0, Cpu.InstructionPointerOffset),
            Store(Width.U64, scratch, (short)(state + UnwindState.InstructionPointer), R2),
            Store(Width.U64, scratch, (short)(state + UnwindState.Address), R2),
            Load(Width.U64, R2, R0, Cpu.StackPointerOffset),
            Store(Width.U64, scratch, (short)(state + UnwindState.StackPointer), R2),
            Load(Width.U64, R2, R0, Cpu.FramePointerOffset),
            Store(Width.U64, scratch, (short)(state + UnwindState.FramePointer), R2),
            Move(R0, Fault),
            // Threads of the kernel have no user registers.
            Alu(AluOperation.And, R1, 3),
            JumpIf(JumpOperation.NotEqual, R1, 3, failed));

    /// <summary>
    /// The process and its first mapping, for which any would do, but no constants: before 6.7 the verifier walks through
    /// the first call only, and removes what that one cannot reach.
    /// </summary>
    private void EmitProcess(Assembler code, Register scratch, short state, string unknown)
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
            Store(Width.U64, R10, At(UnwindState.Pointers.Process), R0),
            // Unless it comes to another end before.
            Store(Width.U64, scratch, (short)(state + UnwindState.End), (int)UnwindEnd.Depth));
        UnwindState.CopyMapping(code, R0, scratch, state);
    }

    private short At(short field) => (short)(top - StackSize + field);
}
