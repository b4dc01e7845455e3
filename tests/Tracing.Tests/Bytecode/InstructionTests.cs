using BpfDashboard.Tracing.Bytecode;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Tests.Bytecode;

/// <summary>Verb ⇒ bytes ⇒ listing ⇒ bytes. Bytes and lines are those of the kernel (RFC 9669, kernel/bpf/disasm.c).</summary>
public sealed class InstructionTests
{
    private static readonly (Instruction Verb, string Bytes, string Line)[] Verbs =
    [
        (Move(R1, R2), "bf21000000000000", "(bf) r1 = r2"),
        (Move(R3, 5), "b703000005000000", "(b7) r3 = 5"),
        (Move(R3, -1), "b7030000ffffffff", "(b7) r3 = -1"),
        (Alu(AluOperation.Add, R1, R2), "0f21000000000000", "(0f) r1 += r2"),
        (Alu(AluOperation.Add, R2, 22), "0702000016000000", "(07) r2 += 22"),
        (Alu32(AluOperation.Sub, R1, R2), "1c21000000000000", "(1c) w1 -= w2"),
        (Alu32(AluOperation.And, R1, 1), "5401000001000000", "(54) w1 &= 1"),
        (Alu(AluOperation.Mul, R1, R2), "2f21000000000000", "(2f) r1 *= r2"),
        (Alu(AluOperation.Div, R1, 7), "3701000007000000", "(37) r1 /= 7"),
        (Alu(AluOperation.Mod, R1, 7), "9701000007000000", "(97) r1 %= 7"),
        (Alu(AluOperation.Or, R1, 8), "4701000008000000", "(47) r1 |= 8"),
        (Alu(AluOperation.Xor, R1, R2), "af21000000000000", "(af) r1 ^= r2"),
        (Alu(AluOperation.ShiftLeft, R1, 3), "6701000003000000", "(67) r1 <<= 3"),
        (Alu(AluOperation.ShiftRight, R0, 32), "7700000020000000", "(77) r0 >>= 32"),
        (Alu(AluOperation.ArithmeticShiftRight, R1, 3), "c701000003000000", "(c7) r1 s>>= 3"),
        (Alu(AluOperation.Negate, R1, 0), "8701000000000000", "(87) r1 = -r1"),
        (LoadImmediate(R1, 0x1122334455667788), "18010000887766550000000044332211", "(18) r1 = 0x1122334455667788"),
        (LoadMap(R1, 3), "18110000030000000000000000000000", "(18) r1 = map[3]"),
        (LoadMapValue(R1, 3, 8), "18210000030000000000000008000000", "(18) r1 = map[3][0]+8"),
        (LoadSubprogram(R2, "x") with { Immediate = 80, Target = null }, "18420000500000000000000000000000", "(18) r2 = subprog[+80]"),
        (Load(Width.U64, R1, R2, 16), "7921100000000000", "(79) r1 = *(u64 *)(r2 +16)"),
        (Load(Width.U32, R1, R2, -8), "6121f8ff00000000", "(61) r1 = *(u32 *)(r2 -8)"),
        (Load(Width.U16, R1, R2, 0), "6921000000000000", "(69) r1 = *(u16 *)(r2 +0)"),
        (Load(Width.U8, R1, R2, 1), "7121010000000000", "(71) r1 = *(u8 *)(r2 +1)"),
        (Store(Width.U32, R10, -4, R1), "631afcff00000000", "(63) *(u32 *)(r10 -4) = r1"),
        (Store(Width.U64, R10, -8, 7), "7a0af8ff07000000", "(7a) *(u64 *)(r10 -8) = 7"),
        (AtomicAdd(Width.U64, R0, 0, R1), "db10000000000000", "(db) lock *(u64 *)(r0 +0) += r1"),
        (To(-1, Jump("x")), "0500ffff00000000", "(05) goto pc-1"),
        (To(5, JumpIf(JumpOperation.Equal, R1, R2, "x")), "1d21050000000000", "(1d) if r1 == r2 goto pc+5"),
        (To(5, JumpIf(JumpOperation.Equal, R1, 0, "x")), "1501050000000000", "(15) if r1 == 0x0 goto pc+5"),
        (To(5, JumpIf32(JumpOperation.Equal, R1, -1, "x")), "16010500ffffffff", "(16) if w1 == 0xffffffff goto pc+5"),
        (To(5, JumpIf(JumpOperation.SignedGreater, R1, 0, "x")), "6501050000000000", "(65) if r1 s> 0x0 goto pc+5"),
        (To(5, JumpIf(JumpOperation.AnyBit, R1, 4, "x")), "4501050004000000", "(45) if r1 & 0x4 goto pc+5"),
        (To(5, JumpIf(JumpOperation.Less, R1, 4, "x")), "a501050004000000", "(a5) if r1 < 0x4 goto pc+5"),
        (Call(Helper.GetCurrentPidTgid), "850000000e000000", "(85) call bpf_get_current_pid_tgid#14"),
        (Call(Kfunc.SessionCookie), "8520000001000000", "(85) call bpf_session_cookie"),
        (Exit(), "9500000000000000", "(95) exit"),
    ];

    public static TheoryData<int> VerbIndexes => [.. Enumerable.Range(0, Verbs.Length)];

    [Theory]
    [MemberData(nameof(VerbIndexes))]
    public void A_verb_has_the_kernels_bytes_and_line(int index)
    {
        var (verb, hex, line) = Verbs[index];
        var bytes = InstructionCodec.Encode([verb], map => map);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
        Assert.Equal(line, Disassembler.Line(verb));
        Assert.Equal(verb, Assert.Single(InstructionCodec.Decode(bytes)));
    }

    [Fact]
    public void A_function_of_the_kernel_has_the_number_that_it_has_there() => Assert.Equal(
        "852000007b000000",
        Convert.ToHexStringLower(InstructionCodec.Encode(
            [Call(Kfunc.SessionCookie)], map => map, function => function == Kfunc.SessionCookie ? 0x7b : 0)));

    /// <summary>What compilers emit and we do not: it must be readable in a listing all the same.</summary>
    [Theory]
    [InlineData("db10000001000000", "(db) r1 = atomic64_fetch_add((u64 *)(r0 +0), r1)")]
    [InlineData("c310040041000000", "(c3) r1 = atomic_fetch_or((u32 *)(r0 +4), r1)")]
    [InlineData("db100000e1000000", "(db) r1 = atomic64_xchg((u64 *)(r0 +0), r1)")]
    [InlineData("db100000f1000000", "(db) r0 = atomic64_cmpxchg((u64 *)(r0 +0), r0, r1)")]
    [InlineData("dd21050000000000", "(dd) if r1 s<= r2 goto pc+5")]
    public void Foreign_instructions_are_listed_and_survive_a_round_trip(string hex, string line)
    {
        var bytes = Convert.FromHexString(hex);
        var instruction = Assert.Single(InstructionCodec.Decode(bytes));
        Assert.Equal(line, Disassembler.Line(instruction));
        Assert.Equal(bytes, InstructionCodec.Encode([instruction], map => map));
    }

    [Fact]
    public void A_program_cut_off_inside_a_wide_load_is_refused() =>
        Assert.Throws<FormatException>(() => InstructionCodec.Decode(new byte[] { 0x18, 0, 0, 0, 0, 0, 0, 0 }));

    [Fact]
    public void A_program_of_odd_length_is_refused() =>
        Assert.Throws<FormatException>(() => InstructionCodec.Decode(new byte[9]));

    [Fact]
    public void Map_indexes_become_what_the_loader_says()
    {
        var bytes = InstructionCodec.Encode([LoadMap(R1, 2)], index => 40 + index);
        Assert.Equal(42, bytes[4]);
    }

    private static Instruction To(short offset, Instruction jump) => jump with { Offset = offset, Target = null };
}
