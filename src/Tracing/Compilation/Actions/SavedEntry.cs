using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// At the return of a function: what was saved at its entry. Where that was not seen, nothing is known that was asked of it,
/// and the hit is lost for that cause.
/// </summary>
/// <param name="saved">The arguments that were saved, in order.</param>
/// <param name="isKnown">Is 1 if the entry was seen, else 0.</param>
/// <param name="unknown">Where to go if it was not.</param>
internal sealed class SavedEntry(EntryImage entries, IReadOnlyList<ValueSource> saved, Register isKnown, string unknown)
{
    private const short KeyOffset = -24;
    private const string NotEntered = "not_entered";

    /// <summary>A copy: the entry itself may be another call's as soon as this one is not open any more.</summary>
    private readonly short _copy = (short)(KeyOffset - EntryImage.Argument(saved.Count));

    /// <summary>Bytes below the frame pointer that are in use from <see cref="Take"/> on.</summary>
    internal short Bottom => _copy;

    /// <summary>Finds what was saved for the call, which is open no more. The slot is in R0; clobbers R1 to R5.</summary>
    internal void Take(Assembler code, Register context)
    {
        CallKey.Emit(code, context, KeyOffset, isReturn: true);
        code.Add(Move(isKnown, 0));
        MapLookup.Emit(code, entries.CallsMap, KeyOffset);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, NotEntered),
            Load(Width.U64, Register.R1, Register.R0, EntryImage.OpenPlace),
            Load(Width.U64, Register.R2, Register.R10, KeyOffset + EntryImage.Place),
            JumpIf(JumpOperation.NotEqual, Register.R1, Register.R2, NotEntered));
        for (short offset = EntryImage.Time; offset < EntryImage.Argument(saved.Count); offset += sizeof(ulong))
        {
            code.Add(
                Load(Width.U64, Register.R1, Register.R0, offset),
                Store(Width.U64, Register.R10, (short)(_copy + offset), Register.R1));
        }

        code.Add(
            Store(Width.U64, Register.R0, EntryImage.OpenPlace, 0),
            Move(isKnown, 1));
        CallKey.CountOpen(code, entries, KeyOffset, change: -1, NotEntered);
        code.Label(NotEntered);
    }

    /// <summary>Goes on only if the entry was seen.</summary>
    internal void Require(Assembler code) => code.Add(JumpIf(JumpOperation.Equal, isKnown, 0, unknown));

    /// <summary>R0 = an argument as it was.</summary>
    internal void Argument(Assembler code, ValueSource argument)
    {
        Require(code);
        code.Add(Load(Width.U64, Register.R0, Register.R10, (short)(_copy + EntryImage.Argument(IndexOf(argument)))));
    }

    /// <summary>R0 = nanoseconds since the entry.</summary>
    internal void Latency(Assembler code)
    {
        Require(code);
        code.Add(
            Call(Helper.KtimeGetNs),
            Load(Width.U64, Register.R1, Register.R10, (short)(_copy + EntryImage.Time)),
            Alu(AluOperation.Sub, Register.R0, Register.R1));
    }

    private int IndexOf(ValueSource argument) => saved.Index().First(entry => entry.Item == argument).Index;
}
