using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Expressions.Checking;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>At the return of a function: what was saved at its entry. A return whose entry was not seen has nothing.</summary>
/// <param name="saved">The arguments that were saved, in order.</param>
/// <param name="place">Holds the address of what was saved, or 0.</param>
internal sealed class SavedEntry(EntryImage entries, IReadOnlyList<ValueSource> saved, Register place)
{
    private const short KeyOffset = -24;
    private const string NotEntered = "not_entered";

    /// <summary>Bytes below the frame pointer that are in use from <see cref="Take"/> on.</summary>
    internal const short Bottom = KeyOffset;

    /// <summary>Comes one level up again, and finds what was saved there. The slot is in R0; clobbers R1 to R5.</summary>
    internal void Take(Assembler code)
    {
        code.Add(
            Store(Width.U32, Register.R10, KeyOffset + EntryImage.Slot, Register.R0),
            Move(place, 0),
            Call(Helper.GetCurrentPidTgid),
            Store(Width.U32, Register.R10, KeyOffset + EntryImage.Tid, Register.R0));
        MapLookup.Emit(code, entries.DepthsMap, KeyOffset);
        code.Add(
            JumpIf(JumpOperation.Equal, Register.R0, 0, NotEntered),
            Load(Width.U64, Register.R1, Register.R0, 0),
            JumpIf(JumpOperation.Equal, Register.R1, 0, NotEntered),
            Alu(AluOperation.Add, Register.R1, -1),
            Store(Width.U64, Register.R0, 0, Register.R1),
            Store(Width.U64, Register.R10, KeyOffset + EntryImage.Depth, Register.R1));
        MapLookup.Emit(code, entries.EntriesMap, KeyOffset);
        code.Add(Move(place, Register.R0)).Label(NotEntered);
    }

    /// <summary>R0 = an argument as it was.</summary>
    internal void Argument(Assembler code, ValueSource argument, string fault) => code.Add(
        JumpIf(JumpOperation.Equal, place, 0, fault),
        Load(Width.U64, Register.R0, place, EntryImage.Argument(IndexOf(argument))));

    /// <summary>R0 = nanoseconds since the entry.</summary>
    internal void Latency(Assembler code, string fault) => code.Add(
        JumpIf(JumpOperation.Equal, place, 0, fault),
        Call(Helper.KtimeGetNs),
        Load(Width.U64, Register.R1, place, EntryImage.Time),
        Alu(AluOperation.Sub, Register.R0, Register.R1));

    private int IndexOf(ValueSource argument) => saved.Index().First(entry => entry.Item == argument).Index;
}
