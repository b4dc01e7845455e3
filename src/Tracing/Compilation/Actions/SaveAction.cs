using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>At the entry of a function: saves what its return will be asked for. Nothing is counted.</summary>
internal sealed class SaveAction(EntryImage entries, int valueSize, BoundEvent sent) : IAction
{
    private const short KeyOffset = -16;
    private const short DepthOffset = -24;
    private const string Deeper = "deeper";
    private const string Save = "save";

    public string Name => "trace_entry";

    public bool NeedsContext => true;

    public bool ReadsContext => true;

    public void Emit(Assembler code, Register context, HitPlace place)
    {
        var value = (short)(DepthOffset - valueSize);
        EmitKey(code);
        EmitDepth(code);
        EmitValue(code, context, value);
        Update(code, entries.EntriesMap, value);
        CountAction.EmitOut(code);
    }

    /// <summary>The thread and the slot, which is in R0; the depth is 0 as yet.</summary>
    private static void EmitKey(Assembler code) => code.Add(
        Store(Width.U32, Register.R10, KeyOffset + EntryImage.Slot, Register.R0),
        Store(Width.U64, Register.R10, KeyOffset + EntryImage.Depth, 0),
        Call(Helper.GetCurrentPidTgid),
        Store(Width.U32, Register.R10, KeyOffset + EntryImage.Tid, Register.R0));

    /// <summary>One deeper than before; the first time the thread comes here, a count is made.</summary>
    private void EmitDepth(Assembler code)
    {
        MapLookup.Emit(code, entries.DepthsMap, KeyOffset);
        code.Add(
            JumpIf(JumpOperation.NotEqual, Register.R0, 0, Deeper),
            Store(Width.U64, Register.R10, DepthOffset, 1));
        Update(code, entries.DepthsMap, DepthOffset);
        code.Add(Jump(Save)).Label(Deeper).Add(
                Load(Width.U64, Register.R1, Register.R0, 0),
                Store(Width.U64, Register.R10, KeyOffset + EntryImage.Depth, Register.R1),
                Alu(AluOperation.Add, Register.R1, 1),
                Store(Width.U64, Register.R0, 0, Register.R1))
            .Label(Save);
    }

    /// <summary>Puts a value that is on the stack under the key.</summary>
    private static void Update(Assembler code, int map, short value) => code.Add(
        Move(Register.R2, Register.R10),
        Alu(AluOperation.Add, Register.R2, KeyOffset),
        Move(Register.R3, Register.R10),
        Alu(AluOperation.Add, Register.R3, value),
        Move(Register.R4, 0),
        LoadMap(Register.R1, map),
        Call(Helper.MapUpdateElem));

    private void EmitValue(Assembler code, Register context, short value)
    {
        for (var offset = 0; offset < valueSize; offset += sizeof(ulong))
        {
            code.Add(Store(Width.U64, Register.R10, (short)(value + offset), 0));
        }

        var sources = new RegisterSources(context, new Temporaries(value), [], null);
        foreach (var (index, source) in (sent.Saved ?? []).Index())
        {
            sources.Emit(code, source, Filter.Out);
            code.Add(Store(Width.U64, Register.R10, (short)(value + EntryImage.Argument(index)), Register.R0));
        }

        code.Add(
            Call(Helper.KtimeGetNs),
            Store(Width.U64, Register.R10, (short)(value + EntryImage.Time), Register.R0));
    }
}
