using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Counts the slot, then sends the event through the ring buffer. Every event that was counted is sent, or counted as
/// lost for a cause, by CPU and slot.
/// </summary>
/// <remarks>R6 is the record, R7 the time, R8 the map with the guard's window.</remarks>
internal sealed class RowAction(RowImage rows) : IAction
{
    private const short KeyOffset = -8;
    private const int Window = 0;
    private const int Count = 8;

    private const string SameWindow = "same_window";
    private const string RingFull = "ring_full";
    private const string Guarded = "guarded";
    private const string Lose = "lose";

    public string Name => "trace";

    public bool NeedsContext => false;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        FindGuard(code);
        CountAction.EmitCount(code);
        code.Add(Call(Helper.KtimeGetNs), Move(Register.R7, Register.R0));
        EmitGuard(code);
        EmitReserve(code);
        EmitHeader(code);
        code.Add(
            Move(Register.R1, Register.R6),
            Move(Register.R2, 0),
            Call(Helper.RingbufSubmit),
            Jump(Filter.Out));
        EmitLoss(code);
        CountAction.EmitOut(code);
    }

    /// <summary>
    /// Keeps the window of the guard for this run. There is none when the session has stopped: then nothing is counted
    /// any more, though the program may be attached for a while.
    /// </summary>
    private void FindGuard(Assembler code) => code.Add(
        Store(Width.U32, Register.R10, CountAction.SlotOffset, Register.R0),
        Store(Width.U32, Register.R10, KeyOffset, 0),
        Move(Register.R2, Register.R10),
        Alu(AluOperation.Add, Register.R2, KeyOffset),
        LoadMap(Register.R1, rows.GuardMap),
        Call(Helper.MapLookupElem),
        JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out),
        Move(Register.R8, Register.R0),
        Load(Width.U32, Register.R0, Register.R10, CountAction.SlotOffset));

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

    private void EmitReserve(Assembler code) => code.Add(
        LoadMap(Register.R1, rows.RingMap),
        Move(Register.R2, RowRecord.HeaderSize),
        Move(Register.R3, 0),
        Call(Helper.RingbufReserve),
        JumpIf(JumpOperation.Equal, Register.R0, 0, RingFull),
        Move(Register.R6, Register.R0));

    private static void EmitHeader(Assembler code) => code.Add(
        Store(Width.U64, Register.R6, RowRecord.Time, Register.R7),
        Load(Width.U32, Register.R1, Register.R10, CountAction.SlotOffset),
        Store(Width.U32, Register.R6, RowRecord.Slot, Register.R1),
        Call(Helper.GetSmpProcessorId),
        Store(Width.U32, Register.R6, RowRecord.Cpu, Register.R0),
        Call(Helper.GetCurrentPidTgid),
        Store(Width.U32, Register.R6, RowRecord.Tid, Register.R0),
        Alu(AluOperation.ShiftRight, Register.R0, 32),
        Store(Width.U32, Register.R6, RowRecord.Pid, Register.R0),
        Store(Width.U64, Register.R6, RowRecord.Event, 0),
        Move(Register.R1, Register.R6),
        Alu(AluOperation.Add, Register.R1, RowRecord.Comm),
        Move(Register.R2, RowRecord.CommLength),
        Call(Helper.GetCurrentComm));

    private void EmitLoss(Assembler code) => code
        .Label(RingFull).Add(Move(Register.R8, (int)LossCause.RingFull), Jump(Lose))
        .Label(Guarded).Add(Move(Register.R8, (int)LossCause.RateGuard))
        .Label(Lose).Add(
            Load(Width.U32, Register.R1, Register.R10, CountAction.SlotOffset),
            Alu(AluOperation.Mul, Register.R1, RowImage.LossIndex(1, 0)),
            Alu(AluOperation.Add, Register.R1, Register.R8),
            Store(Width.U32, Register.R10, KeyOffset, Register.R1),
            Move(Register.R2, Register.R10),
            Alu(AluOperation.Add, Register.R2, KeyOffset),
            LoadMap(Register.R1, rows.LossesMap),
            Call(Helper.MapLookupElem),
            JumpIf(JumpOperation.Equal, Register.R0, 0, Filter.Out),
            Move(Register.R1, 1),
            AtomicAdd(Width.U64, Register.R0, 0, Register.R1));
}
