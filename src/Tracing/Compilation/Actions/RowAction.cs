using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Sends the event and its values through the ring buffer, if its predicate holds. Every event that was counted is sent,
/// or counted as lost for a cause, by CPU and slot.
/// </summary>
/// <remarks>
/// R6 is the context, R7 the time, R8 the map with the guard's window, then the record; R9 whether the entry of
/// the call was seen whose return this is.
/// </remarks>
/// <param name="index">The event's place in <see cref="BoundSpec.Events"/>.</param>
/// <param name="saved">What is known of the entry, if it was asked for.</param>
/// <param name="name">What a thread's name must contain; null for all.</param>
internal sealed class RowAction(RowImage rows, BoundEvent sent, int index, string? name, ISavedEntry? saved) : IAction
{
    private const short KeyOffset = -8;
    private const short TemporariesTop = -8;
    private const int Window = 0;
    private const int Count = 8;

    private const string SameWindow = "same_window";
    private const string Guarded = "guarded";
    private const string Lose = "lose";

    private readonly EventLayout _layout = new(sent, rows.Options);
    private readonly RowStacks _stacks = new(rows);

    public string Name => "trace";

    public bool NeedsContext => true;

    public bool ReadsContext => true;

    public bool Unwinds => rows.Unwind is not null;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        var temporaries = new Temporaries(saved?.Bottom ?? TemporariesTop);
        var sources = EventStart.Emit(
            code, context, sent, saved, temporaries, name is null ? null : HasName(name), sent.Predicate);
        saved?.Require(code);
        FindGuard(code);
        CountAction.EmitCount(code);
        code.Add(Call(Helper.KtimeGetNs), Move(Register.R7, Register.R0));
        EmitGuard(code);
        var transport = new RowTransport(rows, RowRecord.HeaderSize + _layout.Size);
        transport.Reserve(code, KeyOffset);
        if (saved?.IsKnown is { } isKnown && rows.ScratchMap is not null)
        {
            // It was used to find a buffer, and whoever came so far was entered.
            code.Add(Move(isKnown, 1));
        }

        EmitHeader(code);
        new ValueWriter(code, _layout, sources, temporaries, Register.R8).Emit(sent.Values);
        _stacks.Emit(code, _layout, context, place, temporaries);
        transport.Send(code, context);
        if (saved?.IsKnown is not null)
        {
            EmitNoEntry(code);
        }

        EmitLoss(code);
        CountAction.EmitOut(code);
    }

    public void EmitSubprograms(Assembler code) => _stacks.EmitSubprograms(code);

    private static TextComparisonExpression HasName(string part) => new(
        default,
        TextComparison.Contains,
        new SourceExpression(new ArrayType(CoreTypes.Char, RowRecord.CommLength), default, new BuiltinSource(Builtin.Name)),
        new TextExpression(default, System.Text.Encoding.UTF8.GetBytes(part)));

    /// <summary>
    /// Keeps the window of the guard for this run. There is none when the session has stopped: then nothing is counted
    /// any more, though the program may be attached for a while. R0 = the slot.
    /// </summary>
    private void FindGuard(Assembler code)
    {
        code.Add(Store(Width.U32, Register.R10, KeyOffset, 0));
        MapLookup.EmitOrLeave(code, rows.GuardMap, KeyOffset);
        code.Add(
            Move(Register.R8, Register.R0),
            Load(Width.U32, Register.R0, Register.R10, CountAction.SlotOffset));
    }

    /// <summary>
    /// Lets so many events of the session through in each window of time. Whoever meets a new window first begins its
    /// count; events that come just then may be counted to the window before, which no guard needs to know.
    /// </summary>
    private void EmitGuard(Assembler code)
    {
        var most = Math.Clamp((long)rows.Options.EventsPerSecond * RowImage.GuardWindow / 1_000_000_000, 1, int.MaxValue);
        code.Add(
                Move(Register.R1, Register.R8),
                Move(Register.R2, Register.R10),
                Alu(AluOperation.Add, Register.R2, KeyOffset),
                Call(Helper.MapLookupElem),
                JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out),
                Move(Register.R1, Register.R7),
                Alu(AluOperation.ShiftRight, Register.R1, RowImage.GuardWindowShift),
                Load(Width.U64, Register.R2, Register.R0, Window),
                JumpIf(JumpOperation.Equal, Register.R1, Register.R2, SameWindow),
                Store(Width.U64, Register.R0, Window, Register.R1),
                Store(Width.U64, Register.R0, Count, 0))
            .Label(SameWindow).Add(
                Move(Register.R1, 1),
                FetchAdd(Width.U64, Register.R0, Count, Register.R1),
                JumpIf(JumpOperation.GreaterOrEqual, Register.R1, (int)most, Guarded));
    }

    private void EmitHeader(Assembler code) => code.Add(
        Store(Width.U64, Register.R8, RowRecord.Time, Register.R7),
        Load(Width.U32, Register.R1, Register.R10, CountAction.SlotOffset),
        Store(Width.U32, Register.R8, RowRecord.Slot, Register.R1),
        Call(Helper.GetSmpProcessorId),
        Store(Width.U32, Register.R8, RowRecord.Cpu, Register.R0),
        Call(Helper.GetCurrentPidTgid),
        Store(Width.U32, Register.R8, RowRecord.Tid, Register.R0),
        Alu(AluOperation.ShiftRight, Register.R0, 32),
        Store(Width.U32, Register.R8, RowRecord.Pid, Register.R0),
        Store(Width.U32, Register.R8, RowRecord.Event, index),
        Store(Width.U32, Register.R8, RowRecord.Faults, 0),
        Move(Register.R1, Register.R8),
        Alu(AluOperation.Add, Register.R1, RowRecord.Comm),
        Move(Register.R2, RowRecord.CommLength),
        Call(Helper.GetCurrentComm));

    /// <summary>A return whose predicate cannot be decided, or whose values are not known, is an event and lost.</summary>
    private void EmitNoEntry(Assembler code)
    {
        code.Label(ISavedEntry.Unknown);
        FindGuard(code);
        CountAction.EmitCount(code);
        code.Add(Move(Register.R8, (int)LossCause.NoEntry), Jump(Lose));
    }

    private void EmitLoss(Assembler code)
    {
        if (rows.ScratchMap is not null)
        {
            code.Label(RowTransport.ScratchBusy).Add(Move(Register.R8, (int)LossCause.ScratchBusy), Jump(Lose));
        }

        code.Label(RowTransport.RingFull).Add(Move(Register.R8, (int)LossCause.RingFull), Jump(Lose))
        .Label(Guarded).Add(Move(Register.R8, (int)LossCause.RateGuard))
        .Label(Lose).Add(
            Load(Width.U32, Register.R1, Register.R10, CountAction.SlotOffset),
            Alu(AluOperation.Mul, Register.R1, RowImage.LossIndex(1, 0)),
            Alu(AluOperation.Add, Register.R1, Register.R8),
            Store(Width.U32, Register.R10, KeyOffset, Register.R1));
        MapLookup.EmitOrLeave(code, rows.LossesMap, KeyOffset);
        code.Add(
            Move(Register.R1, 1),
            AtomicAdd(Width.U64, Register.R0, 0, Register.R1));
    }
}
