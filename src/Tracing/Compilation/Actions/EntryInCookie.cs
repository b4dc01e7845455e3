using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// The kernel keeps 8 bytes for each call that a session probe sees, and runs the return only for calls whose entry was seen. So
/// one value can be saved, and is never missing.
/// </summary>
/// <param name="argument">What is saved; null for the time.</param>
/// <param name="atReturn">Which returns are of interest; the others only end their calls.</param>
internal sealed class EntryInCookie(EntryImage entries, ValueSource? argument, Filter atReturn) : ISavedEntry
{
    private const short Value = -16;
    private const string NotCounted = "not_counted";

    public short Bottom => Value;

    public Register? IsKnown => null;

    /// <summary>Null where more is asked than there is room for.</summary>
    internal static EntryInCookie? For(EntryImage entries, EntryNeeds needs, Filter atReturn) => needs switch
    {
        { Arguments: [], Time: true } => new EntryInCookie(entries, null, atReturn),
        { Arguments: [var only], Time: false } => new EntryInCookie(entries, only, atReturn),
        _ => null,
    };

    /// <summary>At the entry: saves the value and counts the call as open. Clobbers R0 to R5 and R7.</summary>
    /// <param name="failed">Where to go if the call is to be left alone.</param>
    internal void Save(Assembler code, Register context, string failed)
    {
        if (argument is null)
        {
            code.Add(Call(Helper.KtimeGetNs));
        }
        else
        {
            new RegisterSources(context, new Temporaries(Bottom), [], null).Emit(code, argument, failed);
        }

        code.Add(Move(Register.R7, Register.R0));
        FindCookie(code, context);
        code.Add(
            Store(Width.U64, Register.R0, 0, Register.R7),
            Move(Register.R1, context),
            Call(Helper.GetAttachCookie),
            Store(Width.U32, Register.R10, CountAction.SlotOffset, Register.R0));
        CallKey.CountOpen(code, entries, CountAction.SlotOffset, change: 1, failed);
    }

    public void Take(Assembler code, Register context)
    {
        FindCookie(code, context);
        code.Add(
            Load(Width.U64, Register.R1, Register.R0, 0),
            Store(Width.U64, Register.R10, Value, Register.R1));
        CallKey.CountOpen(code, entries, CountAction.SlotOffset, change: -1, NotCounted);
        code.Label(NotCounted);
        atReturn.Emit(code);
    }

    public void Require(Assembler code)
    {
    }

    public void Argument(Assembler code, ValueSource argument) => code.Add(Load(Width.U64, Register.R0, Register.R10, Value));

    public void Latency(Assembler code) => code.Add(
        Call(Helper.KtimeGetNs),
        Load(Width.U64, Register.R1, Register.R10, Value),
        Alu(AluOperation.Sub, Register.R0, Register.R1));

    /// <summary>R0 = the address of the 8 bytes. Newer kernels (7.3) take the context; older ones ignore it.</summary>
    private static void FindCookie(Assembler code, Register context) => code.Add(
        Move(Register.R1, context),
        Call(Kfunc.SessionCookie));
}
