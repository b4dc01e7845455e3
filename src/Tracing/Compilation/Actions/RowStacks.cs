using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Unwinding;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>Emits writing the stacks of an event into its record, which is in R8.</summary>
internal sealed class RowStacks(RowImage rows)
{
    /// <summary>BPF_F_USER_STACK.</summary>
    private const int UserStackFlag = 1 << 8;

    private const string Collected = "user_collected";
    private const string WithoutTables = "without_tables";

    private UserUnwinder? _unwinder;

    /// <summary>Emits what <see cref="Emit"/> calls, behind the end of the program.</summary>
    internal void EmitSubprograms(Assembler code) => _unwinder?.EmitSubprogram(code);

    /// <summary>Writes those that the layout has room for; clobbers R0 to R5.</summary>
    /// <param name="context">Holds the program's context.</param>
    internal void Emit(Assembler code, EventLayout layout, Register context, HitPlace place, Temporaries temporaries)
    {
        if (layout.KernelStack is { } kernel)
        {
            EmitStack(code, context, RowRecord.HeaderSize + kernel, EventLayout.KernelFrames, flags: 0);
        }

        if (layout.UserStack is { } user)
        {
            EmitUser(code, context, RowRecord.HeaderSize + user, temporaries);
            UserCaller.Emit(
                code, context, Register.R8, RowRecord.HeaderSize + user + EventLayout.Caller, place == HitPlace.UserEntry);
        }
    }

    /// <summary>By tables, or for a process without them by frame pointers.</summary>
    private void EmitUser(Assembler code, Register context, int part, Temporaries temporaries)
    {
        code.Add(Store(Width.U64, Register.R8, (short)(part + EventLayout.UserEnd), -1));
        if (rows.Unwind is { } tables)
        {
            const short state = RowRecord.Scratch.Unwinding - RowRecord.Scratch.Record;
            var bottom = temporaries.Take(UserUnwinder.StackSize);
            _unwinder = new UserUnwinder(tables.WordsMap, tables.ProcessesMap, (short)(bottom + UserUnwinder.StackSize));
            code.Add(
                Move(Register.R2, Register.R8),
                Alu(AluOperation.Add, Register.R2, part + EventLayout.UserFrames));
            _unwinder.Emit(code, Register.R2, Register.R8, state, WithoutTables, failed: Collected);
            code.Add(
                    Load(Width.U64, Register.R1, Register.R8, state + UnwindState.End),
                    Store(Width.U64, Register.R8, (short)(part + EventLayout.UserEnd), Register.R1),
                    Jump(Collected))
                .Label(WithoutTables);
            temporaries.Return(UserUnwinder.StackSize);
        }

        EmitGetStack(code, context, part + EventLayout.UserFrames, UserStackFlag);
        if (rows.Unwind is not null)
        {
            code.Label(Collected);
        }

        code.Add(Store(Width.U64, Register.R8, (short)part, Register.R0));
    }

    /// <summary>The length of the stack, or a negative errno, and the frames.</summary>
    private static void EmitStack(Assembler code, Register context, int part, int frames, int flags)
    {
        EmitGetStack(code, context, part + frames, flags);
        code.Add(Store(Width.U64, Register.R8, (short)part, Register.R0));
    }

    private static void EmitGetStack(Assembler code, Register context, int frames, int flags) => code.Add(
        Move(Register.R1, context),
        Move(Register.R2, Register.R8),
        Alu(AluOperation.Add, Register.R2, frames),
        Move(Register.R3, StackRecord.MaxPart),
        Move(Register.R4, flags),
        Call(Helper.GetStack));
}
