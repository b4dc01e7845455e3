using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Unwinding;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Compilation.StackRecord;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Counts the slot, then the stack: collected into a scratch buffer, known by its hash; announced with all its addresses
/// when the map of counts does not have it. Every event that was counted for its slot is counted for its stack, or as
/// lost for a cause. Why so: docs/adr/0009.
/// </summary>
/// <remarks>
/// R6 is the context, R7 the scratch buffer, R8 and R9 the lengths of the two parts; once all is collected, R6 is the map of
/// counts, R8 both lengths, R9 the context. Before all that a condition is decided, if there is one, with R9 for whether the
/// entry of the call was seen whose return this is.
/// </remarks>
/// <param name="asked">The condition under which a hit is counted at all; null for every hit.</param>
/// <param name="saved">What is known of the entry, if the condition asks for it.</param>
internal sealed class StackAction(StackImage stacks, BoundEvent? asked = null, ISavedEntry? saved = null) : IAction
{
    private const short IndexOffset = -8;
    private const short CountsOffset = -16;

    /// <summary>Used after unwinding only, which may have it: no more than 48 bytes of stack in all, see UnwindState.</summary>
    private const short ValueOffset = -24;
    private const int UserStack = 0x100;

    /// <summary>What unwinding needs of the stack lies below.</summary>
    private const short UnwindTop = CountsOffset;

    private const string LoseUnseen = "lose_unseen";
    private const string Collected = "collected";
    private const string WithoutTables = "without_tables";
    private const string Announce = "announce";
    private const string Add = "add";
    private const string AllTaken = "all_taken";
    private const string HasScratch = "has_scratch";
    private const string RingFull = "ring_full";
    private const string MapFull = "map_full";
    private const string MapBusy = "map_busy";
    private const string Lose = "lose";
    private const string Release = "release";

    private readonly UserUnwinder? _unwinder = stacks.Unwind is { } tables
        ? new UserUnwinder(tables.WordsMap, tables.ProcessesMap, UnwindTop)
        : null;

    public string Name => "stack";

    public bool ReadsContext => asked?.Predicate is not null;

    public bool NeedsContext => true;

    public bool Unwinds => _unwinder is not null;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        if (context != Register.R6)
        {
            code.Add(Move(Register.R6, context));
        }

        EmitCondition(code);
        FindCounts(code);
        CountAction.EmitCount(code);
        TakeScratch(code);
        FillOwner(code);
        Collect(code, stacks.Options.Kernel, flags: 0, Register.R8, KernelResult, Scratch.KernelLength);
        Collect(code, stacks.Options.User, UserStack, Register.R9, UserResult, Scratch.UserLength, _unwinder);
        UserCaller.Emit(code, Register.R6, Register.R7, Record(Caller), stacks.Options.User && place == HitPlace.UserEntry);
        StackHash.Emit(code, Register.R7, "kernel", Part(KernelResult, Scratch.KernelLength, KernelHash));
        StackHash.Emit(code, Register.R7, "user", Part(UserResult, Scratch.UserLength, UserHash) with
        {
            Behind = Register.R8,
            Extra = Record(Caller),
        });
        CountStack(code);
        CountLoss(code);
        code.Label(Release).Add(Store(Width.U64, Register.R7, Scratch.Lock, 0));
        CountAction.EmitOut(code);
    }

    public void EmitSubprograms(Assembler code) => _unwinder?.EmitSubprogram(code);

    private static short Record(int field) => (short)(Scratch.Record + field);

    private static StackHash.Part Part(int result, int length, int hash) => new(
        Record(result), (short)length, Record(Frames), Record(hash));

    /// <summary>
    /// Goes on only if the condition holds; R0 is the slot then as before. What it takes of the stack below the slot is free
    /// again afterwards.
    /// </summary>
    private void EmitCondition(Assembler code)
    {
        if (asked?.Predicate is not { } condition)
        {
            return;
        }

        var temporaries = new Temporaries(saved?.Bottom ?? IndexOffset);
        EventStart.Emit(code, Register.R6, asked, saved, temporaries, condition);
        code.Add(Load(Width.U32, Register.R0, Register.R10, CountAction.SlotOffset));
    }

    /// <summary>A return whose condition cannot be decided is an event and lost. Goes on as one without a buffer.</summary>
    private void EmitNoEntry(Assembler code)
    {
        code.Label(ISavedEntry.Unknown).Add(Load(Width.U32, Register.R0, Register.R10, CountAction.SlotOffset));
        FindCounts(code);
        CountAction.EmitCount(code);
        code.Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.NoEntry), Jump(LoseUnseen));
    }

    /// <summary>
    /// Keeps the map of counts for this run. There is none when the session has stopped: then nothing is counted any
    /// more, though the program may be attached for a while.
    /// </summary>
    private void FindCounts(Assembler code)
    {
        code.Add(
            Store(Width.U32, Register.R10, CountAction.SlotOffset, Register.R0),
            Store(Width.U32, Register.R10, IndexOffset, 0));
        MapLookup.Emit(code, stacks.CountsMap, IndexOffset);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out),
            Store(Width.U64, Register.R10, CountsOffset, Register.R0),
            Load(Width.U32, Register.R0, Register.R10, CountAction.SlotOffset));
    }

    /// <summary>R7 = a scratch buffer.</summary>
    private void TakeScratch(Assembler code)
    {
        ScratchBuffer.Take(code, stacks.ScratchMap, Register.R7, Register.R9, IndexOffset, AllTaken);
        code.Add(Jump(HasScratch));
        if (saved?.IsKnown is not null)
        {
            EmitNoEntry(code);
        }

        code.Label(AllTaken).Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.ScratchBusy)).Label(LoseUnseen);
        MapLookup.Emit(code, stacks.LossesMap, IndexOffset);
        code.Add(
                JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out),
                Move(Register.R1, 1),
                AtomicAdd(Width.U64, Register.R0, 0, Register.R1),
                Jump(Filter.Out))
            .Label(HasScratch);
    }

    /// <summary>The key but for its hashes; what is not told apart is zero.</summary>
    private void FillOwner(Assembler code)
    {
        code.Add(
            Load(Width.U32, Register.R1, Register.R10, CountAction.SlotOffset),
            Store(Width.U32, Register.R7, Record(Slot), Register.R1),
            Call(Helper.GetCurrentPidTgid),
            stacks.Options.ByThread
                ? Store(Width.U32, Register.R7, Record(Tid), Register.R0)
                : Store(Width.U32, Register.R7, Record(Tid), 0),
            Alu(AluOperation.ShiftRight, Register.R0, 32),
            Store(Width.U32, Register.R7, Record(Pid), Register.R0));
        if (stacks.Options.ByCpu)
        {
            code.Add(
                Call(Helper.GetSmpProcessorId),
                Store(Width.U32, Register.R7, Record(StackRecord.Cpu), Register.R0));
        }
        else
        {
            code.Add(Store(Width.U32, Register.R7, Record(StackRecord.Cpu), 0));
        }

        // It is part of the key, and older kernels (6.1) leave alone what is behind its end.
        code.Add(
            Store(Width.U64, Register.R7, Record(Comm), 0),
            Store(Width.U64, Register.R7, Record(Comm + 8), 0),
            Move(Register.R1, Register.R7),
            Alu(AluOperation.Add, Register.R1, Record(Comm)),
            Move(Register.R2, CommLength),
            Call(Helper.GetCurrentComm));
    }

    /// <summary>
    /// Puts one part behind what is there already, and its length into a register: a multiple of 8 and 0 at an error,
    /// by arithmetic and not by jumps, so that the verifier has one path to follow.
    /// </summary>
    private static void Collect(
        Assembler code, bool wanted, int flags, Register length, int resultField, int lengthField,
        UserUnwinder? unwinder = null)
    {
        code.Add(Store(Width.U64, Register.R7, Record(UserEnd), -1));
        if (!wanted)
        {
            code.Add(
                Move(length, 0),
                Store(Width.U32, Register.R7, Record(resultField), 0),
                Store(Width.U64, Register.R7, (short)lengthField, 0));
            return;
        }

        if (unwinder is not null)
        {
            EmitUnwinding(code, unwinder, length);
        }

        code.Add(Move(Register.R1, Register.R6));
        EmitBuffer(code, length);
        code.Add(
            Move(Register.R3, MaxPart),
            Move(Register.R4, flags),
            Call(Helper.GetStack));
        if (unwinder is not null)
        {
            code.Label(Collected);
        }

        code.Add(
            Store(Width.U32, Register.R7, Record(resultField), Register.R0),
            Move(Register.R1, Register.R0),
            Alu(AluOperation.ArithmeticShiftRight, Register.R1, 63),
            Alu(AluOperation.Xor, Register.R1, -1),
            Alu(AluOperation.And, Register.R0, Register.R1),
            Alu(AluOperation.And, Register.R0, MaxPart),
            Move(length, Register.R0),
            Store(Width.U64, Register.R7, (short)lengthField, Register.R0));
    }

    /// <summary>R2 = where the part begins of which this register will hold the length.</summary>
    private static void EmitBuffer(Assembler code, Register length)
    {
        code.Add(
            Move(Register.R2, Register.R7),
            Alu(AluOperation.Add, Register.R2, Record(Frames)));
        if (length == Register.R9)
        {
            code.Add(Alu(AluOperation.Add, Register.R2, Register.R8));
        }
    }

    /// <summary>Unwinds by tables and goes on behind the call of the helper; to that for a process without tables.</summary>
    private static void EmitUnwinding(Assembler code, UserUnwinder unwinder, Register length)
    {
        EmitBuffer(code, length);
        unwinder.Emit(code, Register.R2, Register.R7, Scratch.Unwinding, WithoutTables, failed: Collected);
        code.Add(
                Load(Width.U64, Register.R1, Register.R7, Scratch.Unwinding + UnwindState.End),
                Store(Width.U64, Register.R7, Record(UserEnd), Register.R1),
                Jump(Collected))
            .Label(WithoutTables);
    }

    /// <summary>
    /// Adds one to a stack that the map has. A new one is announced first and then inserted, so that whatever is in
    /// the map was announced, and what could not be announced is announced at its next hit.
    /// </summary>
    private void CountStack(Assembler code)
    {
        code.Add(
            Alu(AluOperation.Add, Register.R8, Register.R9),
            Move(Register.R9, Register.R6),
            Load(Width.U64, Register.R6, Register.R10, CountsOffset));
        LookupStack(code);
        code.Add(
                JumpIf(JumpOperation.Equal, Register.R0, 0, Announce))
            .Label(Add)
            .Add(
                Move(Register.R1, 1),
                AtomicAdd(Width.U64, Register.R0, 0, Register.R1),
                Jump(Release))
            .Label(Announce);
        EmitAnnouncement(code);
        code.Add(JumpIf32(JumpOperation.NotEqual, Register.R0, 0, RingFull));
        Insert(code);
        LookupStack(code);
        code.Add(
            JumpIf(JumpOperation.NotEqual, Register.R0, 0, Add),
            Jump(MapBusy));
    }

    /// <summary>R0 = 0 once the record is sent.</summary>
    private void EmitAnnouncement(Assembler code)
    {
        if (stacks.PerfBuffers)
        {
            code.Add(
                Move(Register.R4, Register.R7),
                Alu(AluOperation.Add, Register.R4, Scratch.Record),
                Move(Register.R5, Register.R8),
                Alu(AluOperation.Add, Register.R5, Frames));
            PerfBuffer.Send(code, Register.R9, stacks.RingMap);
            return;
        }

        code.Add(
            LoadMap(Register.R1, stacks.RingMap),
            Move(Register.R2, Register.R7),
            Alu(AluOperation.Add, Register.R2, Scratch.Record),
            Move(Register.R3, Register.R8),
            Alu(AluOperation.Add, Register.R3, Frames),
            Move(Register.R4, 0),
            Call(Helper.RingbufOutput));
    }

    /// <summary>Goes on only if another CPU was faster.</summary>
    private static void Insert(Assembler code)
    {
        code.Add(
            Store(Width.U64, Register.R10, ValueOffset, 1),
            Move(Register.R1, Register.R6),
            Move(Register.R2, Register.R7),
            Alu(AluOperation.Add, Register.R2, Scratch.Record),
            Move(Register.R3, Register.R10),
            Alu(AluOperation.Add, Register.R3, ValueOffset));
        MapInsert.Emit(code, Release, MapFull, MapBusy);
    }

    private void CountLoss(Assembler code)
    {
        code.Label(RingFull)
            .Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.RingFull), Jump(Lose))
            .Label(MapFull)
            .Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.MapFull), Jump(Lose))
            .Label(MapBusy)
            .Add(Store(Width.U32, Register.R10, IndexOffset, (int)LossCause.MapBusy))
            .Label(Lose);
        MapLookup.Emit(code, stacks.LossesMap, IndexOffset);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, Release),
            Move(Register.R1, 1),
            AtomicAdd(Width.U64, Register.R0, 0, Register.R1));
    }

    /// <summary>R0 = the stack's count in the map of counts, or null.</summary>
    private static void LookupStack(Assembler code) => code.Add(
        Move(Register.R1, Register.R6),
        Move(Register.R2, Register.R7),
        Alu(AluOperation.Add, Register.R2, Scratch.Record),
        Call(Helper.MapLookupElem));
}
