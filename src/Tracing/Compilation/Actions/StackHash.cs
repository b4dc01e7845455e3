using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;

namespace BpfDashboard.Tracing.Compilation.Actions;

/// <summary>
/// A 64-bit hash over a part of a stack: h = (h ^ word) * odd; h ^= h >> 32. Each step is one-to-one, so parts of equal
/// length that differ in one word never collide; others do with a chance of 2^-64 for each pair.
/// </summary>
internal static class StackHash
{
    // The fractions of the golden ratio and of pi.
    private const long Seed = 0x243f6a8885a308d3;
    private const long Multiplier = unchecked((long)0x9e3779b97f4a7c15);

    /// <summary>Offsets into the scratch buffer: the part's result (hashed too), its length, its frames, and where the hash goes.</summary>
    internal sealed record Part(short Result, short Length, short Frames, short Hash)
    {
        /// <summary>Holds how many bytes behind <see cref="Frames"/> the part begins; null for none.</summary>
        internal Register? Behind { get; init; }

        /// <summary>One more word to be hashed, or null.</summary>
        internal short? Extra { get; init; }
    }

    /// <summary>
    /// Emits the loop; clobbers R0 to R5. The length is read from memory, where the verifier knows nothing of it: were
    /// it a register, each way out of the loop would leave another range in it, and all that follows be verified anew.
    /// </summary>
    internal static void Emit(Assembler code, Register scratch, string name, Part part)
    {
        code.Add(
            LoadImmediate(Register.R0, Seed),
            LoadImmediate(Register.R5, Multiplier),
            Load(Width.U32, Register.R4, scratch, part.Result));
        Mix(code);
        if (part.Extra is { } extra)
        {
            code.Add(Load(Width.U64, Register.R4, scratch, extra));
            Mix(code);
        }

        code.Add(
            Move(Register.R1, scratch),
            Alu(AluOperation.Add, Register.R1, part.Frames));
        if (part.Behind is { } behind)
        {
            code.Add(Alu(AluOperation.Add, Register.R1, behind));
        }

        code.Add(
                Load(Width.U64, Register.R2, scratch, part.Length),
                Move(Register.R3, 0))
            .Label($"{name}_word")
            .Add(
                JumpIf(JumpOperation.GreaterOrEqual, Register.R3, Register.R2, $"{name}_hashed"),
                Load(Width.U64, Register.R4, Register.R1, 0));
        Mix(code);
        code.Add(
                Alu(AluOperation.Add, Register.R1, sizeof(ulong)),
                Alu(AluOperation.Add, Register.R3, sizeof(ulong)),
                JumpIf(JumpOperation.NotEqual, Register.R3, StackRecord.MaxPart, $"{name}_word"))
            .Label($"{name}_hashed")
            .Add(Store(Width.U64, scratch, part.Hash, Register.R0));
    }

    /// <summary>Adds the word in R4 to the hash in R0.</summary>
    private static void Mix(Assembler code) => code.Add(
        Alu(AluOperation.Xor, Register.R0, Register.R4),
        Alu(AluOperation.Mul, Register.R0, Register.R5),
        Move(Register.R4, Register.R0),
        Alu(AluOperation.ShiftRight, Register.R4, 32),
        Alu(AluOperation.Xor, Register.R0, Register.R4));
}
