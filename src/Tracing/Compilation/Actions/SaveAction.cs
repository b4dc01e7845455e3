using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>At the entry of a function: saves what its return will be asked for. Nothing is counted but open calls.</summary>
/// <param name="valueSize">Bytes of a value of the map of calls.</param>
/// <param name="saved">The arguments to save, in order.</param>
internal sealed class SaveAction(EntryImage entries, int valueSize, IReadOnlyList<ValueSource> saved) : IAction
{
    private const short KeyOffset = -EntryImage.KeySize;
    private const string Known = "known";
    private const string Opened = "opened";

    public string Name => "trace_entry";

    public bool NeedsContext => true;

    public bool ReadsContext => true;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        var value = (short)(KeyOffset - valueSize);
        CallKey.Emit(code, context, KeyOffset, isReturn: false);
        EmitValue(code, context, value);
        MapLookup.Emit(code, entries.CallsMap, KeyOffset);
        code.Add(JumpIf(JumpOperation.NotEqual, Register.R0, 0, Known));
        Insert(code, value);
        code.Add(Jump(Opened)).Label(Known);
        Replace(code, value);
        code.Label(Opened);
        CallKey.CountOpen(code, entries, KeyOffset + EntryImage.Slot, change: 1, Filter.Out);
        CountAction.EmitOut(code);
    }

    private void EmitValue(Assembler code, Register context, short value)
    {
        for (var offset = 0; offset < valueSize; offset += sizeof(ulong))
        {
            code.Add(Store(Width.U64, Register.R10, (short)(value + offset), 0));
        }

        var sources = new RegisterSources(context, new Temporaries(value), [], null);
        foreach (var (index, source) in saved.Index())
        {
            sources.Emit(code, source, Filter.Out);
            code.Add(Store(Width.U64, Register.R10, (short)(value + EntryImage.Argument(index)), Register.R0));
        }

        code.Add(
            Load(Width.U64, Register.R1, Register.R10, KeyOffset + EntryImage.Place),
            Store(Width.U64, Register.R10, (short)(value + EntryImage.OpenPlace), Register.R1),
            Call(Helper.KtimeGetNs),
            Store(Width.U64, Register.R10, (short)(value + EntryImage.Time), Register.R0));
    }

    /// <summary>If there is no room the return will find nothing, and say so.</summary>
    private void Insert(Assembler code, short value) => code.Add(
        Move(Register.R2, Register.R10),
        Alu(AluOperation.Add, Register.R2, KeyOffset),
        Move(Register.R3, Register.R10),
        Alu(AluOperation.Add, Register.R3, value),
        Move(Register.R4, 0),
        LoadMap(Register.R1, entries.CallsMap),
        Call(Helper.MapUpdateElem),
        JumpIf32(JumpOperation.NotEqual, Register.R0, 0, Filter.Out));

    /// <summary>
    /// A call was at this place before: its entry is written over, which costs less than a new one. If that one is open, its
    /// call was left without a return, and this one is open instead.
    /// </summary>
    private void Replace(Assembler code, short value)
    {
        code.Add(Load(Width.U64, Register.R2, Register.R0, EntryImage.OpenPlace));
        for (short offset = 0; offset < valueSize; offset += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, Register.R1, Register.R10, (short)(value + offset)),
                Store(Width.U64, Register.R0, offset, Register.R1));
        }

        code.Add(JumpIf(JumpOperation.NotEqual, Register.R2, 0, Filter.Out));
    }
}
