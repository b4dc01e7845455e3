using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Emits the step from a frame to its caller by the packed rule in R9, or by the frame pointer, with the state at R6. R7 is
/// the stack pointer, R8 the frame pointer. Goes to <see cref="UnwindFrame.Next"/>, which comes next, or to an end.
/// </summary>
internal static class UnwindStep
{
    // Offsets from R10 of two words that are read at once.
    private const short Pair = -16;
    private const short PairSecond = -8;

    private const string SignalFrame = "unwind_signal";
    private const string Plt = "unwind_plt";
    private const string AtFramePointer = "unwind_at_frame_pointer";
    private const string AtStackPointer = "unwind_at_stack_pointer";
    private const string AddOffset = "unwind_add";
    private const string Saved = "unwind_saved";
    private const string ReadPair = "unwind_pair";

    internal static void Emit(Assembler code)
    {
        EmitFrameAddress(code);
        EmitCaller(code);
        EmitByFramePointer(code);
    }

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
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.Outermost, UnwindFrame.Done),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.AtFramePointer, AtFramePointer),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.AtStackPointer, AtStackPointer),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.Plt, Plt),
            JumpIf(JumpOperation.Equal, R1, (int)CfaKind.SignalFrame, SignalFrame),
            Jump(UnwindFrame.ByFramePointer));
        EmitSignalFrame(code);
        EmitRareAddresses(code);
        code.Label(AddOffset).Add(
            Alu(AluOperation.Add, R4, R3),
            // Stacks grow down, and the CFA of a caller lies above.
            JumpIf(JumpOperation.LessOrEqual, R4, R7, UnwindFrame.Implausible),
            Move(R7, R4));
    }

    /// <summary>R4 + R3 = the CFA, where R2 is the rule's offset in words and R3 in bytes.</summary>
    private static void EmitRareAddresses(Assembler code)
    {
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
        code.Add(Jump(UnwindFrame.Next));
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
            JumpIf(JumpOperation.Equal, R9, (int)SavedFramePointer.Unchanged, UnwindFrame.Next),
            Move(R2, R7),
            JumpIf(JumpOperation.Equal, R9, (int)SavedFramePointer.AtCfa, Saved),
            Move(R2, R8),
            JumpIf(JumpOperation.Equal, R9, (int)SavedFramePointer.AtFramePointer, Saved),
            Move(R8, 0),
            Jump(UnwindFrame.Next));
        code.Label(Saved).Add(Alu(AluOperation.Add, R3, R2));
        EmitRead(code, 8);
        code.Add(Load(Width.U64, R8, R10, Pair), Jump(UnwindFrame.Next));
    }

    /// <summary>Where no table helps: the frame that rbp points to, if it lies where a caller's frame may lie.</summary>
    private static void EmitByFramePointer(Assembler code)
    {
        code.Label(UnwindFrame.ByFramePointer).Add(Store(Width.U8, R6, UnwindState.UsedFramePointer, 1));
        EmitPointers(code);
        code.Add(
            JumpIf(JumpOperation.Equal, R8, 0, UnwindFrame.Implausible),
            JumpIf(JumpOperation.Less, R8, R7, UnwindFrame.Implausible),
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
            JumpIf(JumpOperation.NotEqual, R0, 0, UnwindFrame.Fault));
}
