using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// Looks the entry up by where the stack stood. Where that was not seen, nothing is known that was asked of it, and the hit is
/// lost for that cause.
/// </summary>
/// <param name="atReturn">Which returns are of interest; the others only end their calls.</param>
internal sealed class EntryByPlace(EntryImage entries, EntryNeeds needs, Filter atReturn) : ISavedEntry
{
    private const short KeyOffset = -24;
    private const Register Known = Register.R9;
    private const string NotEntered = "not_entered";

    /// <summary>A copy: the entry itself may be another call's as soon as this one is not open any more.</summary>
    private readonly short _copy = (short)(KeyOffset - EntryImage.Argument(needs.Arguments.Count));

    public short Bottom => _copy;

    public Register? IsKnown => Known;

    public void Take(Assembler code, Register context)
    {
        CallKey.Emit(code, context, KeyOffset, isReturn: true);
        code.Add(Move(Known, 0));
        MapLookup.Emit(code, entries.CallsMap, KeyOffset);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, NotEntered),
            Load(Width.U64, Register.R1, Register.R0, EntryImage.OpenPlace),
            Load(Width.U64, Register.R2, Register.R10, KeyOffset + EntryImage.Place),
            JumpIf(JumpOperation.NotEqual, Register.R1, Register.R2, NotEntered));
        for (short offset = EntryImage.Time; offset < EntryImage.Argument(needs.Arguments.Count); offset += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, Register.R1, Register.R0, offset),
                Store(Width.U64, Register.R10, (short)(_copy + offset), Register.R1));
        }

        code.Add(
            Store(Width.U64, Register.R0, EntryImage.OpenPlace, 0),
            Move(Known, 1));
        CallKey.CountOpen(code, entries, KeyOffset + EntryImage.Slot, change: -1, NotEntered);
        code.Label(NotEntered);
        atReturn.Emit(code);
    }

    public void Require(Assembler code) => code.Add(JumpIf(JumpOperation.Equal, Known, 0, ISavedEntry.Unknown));

    public void Argument(Assembler code, ValueSource argument)
    {
        Require(code);
        code.Add(Load(Width.U64, Register.R0, Register.R10, (short)(_copy + EntryImage.Argument(IndexOf(argument)))));
    }

    public void Latency(Assembler code)
    {
        Require(code);
        code.Add(
            Call(Helper.KtimeGetNs),
            Load(Width.U64, Register.R1, Register.R10, (short)(_copy + EntryImage.Time)),
            Alu(AluOperation.Sub, Register.R0, Register.R1));
    }

    private int IndexOf(ValueSource argument) => needs.Arguments.Index().First(entry => entry.Item == argument).Index;
}
