using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits the subprogram that writes a frame into the buffer and finds its caller: called with the number of the frame
/// and the <see cref="UnwindState.Pointers"/>, it returns 0 to be called again, 1 when there is no caller.
/// </summary>
/// <remarks>R6 is the state throughout; the parts say what else they keep in registers.</remarks>
internal static class UnwindFrame
{
    /// <summary>The subprogram's name.</summary>
    internal const string Name = "unwind_frame";

    /// <summary>Where to go with the caller's stack pointer in R7 and frame pointer in R8, and the rest in the state.</summary>
    internal const string Next = "unwind_next";

    /// <summary>Where to go where no table helps.</summary>
    internal const string ByFramePointer = "unwind_by_frame_pointer";

    // The ends.
    internal const string Done = "unwind_done";
    internal const string Fault = "unwind_fault";
    internal const string Implausible = "unwind_implausible";
    private const string Ended = "unwind_ended";

    /// <summary>Offset from R10 of the pointer to the mappings of the process.</summary>
    internal const short Process = -32;

    /// <summary>So many bits has an address of user space: less than 63, so that addresses compare as signed numbers.</summary>
    private const int AddressBits = 47;

    /// <param name="words">Index of the map of tables.</param>
    internal static void Emit(Assembler code, int words)
    {
        code.Subprogram(Name);
        EmitWrite(code);
        new UnwindLookup(words).Emit(code);
        UnwindStep.Emit(code);
        EmitNext(code);
        EmitEnd(code, Implausible, UnwindEnd.Implausible);
        EmitEnd(code, Fault, UnwindEnd.Fault);
        EmitEnd(code, Done, UnwindEnd.Complete);
        code.Label(Ended).Add(
            Store(Width.U8, R6, UnwindState.End, R1),
            Move(R0, 1),
            Exit());
    }

    /// <summary>Writes the frame with the number in R1.</summary>
    private static void EmitWrite(Assembler code) => code
        .Add(
            Load(Width.U64, R6, R2, UnwindState.Pointers.State),
            Load(Width.U64, R3, R2, UnwindState.Pointers.Process),
            Store(Width.U64, R10, Process, R3),
            // It never is, but the verifier does not know what the helper counts to.
            JumpIf(JumpOperation.GreaterOrEqual, R1, UserUnwinder.MaxFrames, Done),
            Alu(AluOperation.ShiftLeft, R1, 3),
            Load(Width.U64, R2, R2, UnwindState.Pointers.Buffer),
            Alu(AluOperation.Add, R2, R1),
            Load(Width.U64, R1, R6, UnwindState.InstructionPointer),
            Store(Width.U64, R2, 0, R1));

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

    private static void EmitEnd(Assembler code, string label, UnwindEnd end) =>
        code.Label(label).Add(Move(R1, (int)end), Jump(Ended));
}
