using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Emits what lies around the writing of a record: finding room for it, and sending it. R8 is the record; R0 to R5 are
/// clobbered.
/// </summary>
internal sealed class RowTransport(RowImage rows, int recordSize)
{
    /// <summary>Where to go when there is no room.</summary>
    internal const string RingFull = "ring_full";

    /// <summary>Where to go when all scratch buffers are taken; nothing does where records are made in the ring buffer.</summary>
    internal const string ScratchBusy = "scratch_busy";

    /// <summary>BPF_RB_AVAIL_DATA.</summary>
    private const int AvailableData = 0;

    /// <summary>BPF_RB_NO_WAKEUP.</summary>
    private const int NoWakeup = 1;

    /// <summary>BPF_RB_FORCE_WAKEUP.</summary>
    private const int ForceWakeup = 2;

    private const string Quiet = "quiet";

    /// <summary>R8 = the record: in the ring buffer itself, or in a scratch buffer, which uses up R9.</summary>
    /// <param name="key">Four bytes of the stack to use.</param>
    internal void Reserve(Assembler code, short key)
    {
        if (rows.ScratchMap is { } scratch)
        {
            ScratchBuffer.Take(code, scratch, Register.R8, Register.R9, key, ScratchBusy);
            code.Add(Alu(AluOperation.Add, Register.R8, RowRecord.Scratch.Record));
            return;
        }

        code.Add(
            LoadMap(Register.R1, rows.RingMap),
            Move(Register.R2, recordSize),
            Move(Register.R3, 0),
            Call(Helper.RingbufReserve),
            JumpIf(JumpOperation.Equal, Register.R0, 0, RingFull),
            Move(Register.R8, Register.R0));
    }

    /// <summary>Sends the record and leaves, or goes where it is counted as lost.</summary>
    internal void Send(Assembler code, Register context)
    {
        if (rows.ScratchMap is null)
        {
            EmitWakeup(code, Register.R2);
            code.Add(
                Move(Register.R1, Register.R8),
                Call(Helper.RingbufSubmit),
                Jump(Filter.Out));
            return;
        }

        EmitOutput(code, context);
        code.Add(
            Store(Width.U64, Register.R8, RowRecord.Scratch.Lock - RowRecord.Scratch.Record, 0),
            JumpIf32(JumpOperation.Equal, Register.R0, 0, Filter.Out),
            Jump(RingFull));
    }

    /// <summary>R0 = 0 once the record is sent from its scratch buffer.</summary>
    private void EmitOutput(Assembler code, Register context)
    {
        if (rows.PerfBuffers)
        {
            code.Add(Move(Register.R4, Register.R8), Move(Register.R5, recordSize));
            PerfBuffer.Send(code, context, rows.RingMap);
            return;
        }

        EmitWakeup(code, Register.R4);
        code.Add(
            LoadMap(Register.R1, rows.RingMap),
            Move(Register.R2, Register.R8),
            Move(Register.R3, recordSize),
            Call(Helper.RingbufOutput));
    }

    /// <summary>
    /// Whether the reader is woken. Ticks read the buffer ten times a second, so nobody is for an event, which would cost
    /// more than the event; only once the buffer fills faster than that. Clobbers R0 to R5.
    /// </summary>
    private void EmitWakeup(Assembler code, Register flags) => code
        .Add(
            LoadMap(Register.R1, rows.RingMap),
            Move(Register.R2, AvailableData),
            Call(Helper.RingbufQuery),
            Move(flags, NoWakeup),
            JumpIf(JumpOperation.Less, Register.R0, RowImage.RingSize / 8, Quiet),
            Move(flags, ForceWakeup))
        .Label(Quiet);
}
