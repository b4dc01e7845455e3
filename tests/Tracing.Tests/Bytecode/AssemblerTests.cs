using BpfDashboard.Tracing.Bytecode;
using FsCheck;
using FsCheck.Fluent;
using static BpfDashboard.Tracing.Bytecode.Instruction;
using static BpfDashboard.Tracing.Bytecode.Register;

namespace BpfDashboard.Tracing.Tests.Bytecode;

public sealed class AssemblerTests
{
    [Fact]
    public void Jumps_count_slots_and_a_wide_load_has_two()
    {
        var program = new Assembler()
            .Add(JumpIf(JumpOperation.Equal, R1, 0, "out"), LoadMap(R1, 0), Move(R0, 1))
            .Label("out")
            .Add(Exit())
            .Build();
        Assert.Equal("0: (15) if r1 == 0x0 goto pc+3\n1: (18) r1 = map[0]\n3: (b7) r0 = 1\n4: (95) exit\n",
            Disassembler.Listing(program));
    }

    [Fact]
    public void Jumps_go_backwards_too()
    {
        var program = new Assembler().Label("top").Add(Move(R0, 0), Jump("top")).Build();
        Assert.Equal(-2, program[1].Offset);
    }

    [Fact]
    public void A_subprogram_is_listed_under_its_name_and_found_from_the_first_slot_of_what_refers_to_it()
    {
        var code = new Assembler()
            .Add(Move(R0, 0), LoadSubprogram(R2, "step"), Exit())
            .Subprogram("step")
            .Add(Move(R0, 1), Exit());
        Assert.Equal([new Subprogram("step", 4)], code.Subprograms);
        Assert.Equal(
            "0: (b7) r0 = 0\n1: (18) r2 = subprog[+2]\n3: (95) exit\nint step():\n4: (b7) r0 = 1\n5: (95) exit\n",
            Disassembler.Listing(code.Build(), subprograms: code.Subprograms));
    }

    [Fact]
    public void A_missing_subprogram_is_named() =>
        Assert.Equal(
            "label 'nowhere' is not defined",
            Assert.Throws<InvalidOperationException>(() => new Assembler().Add(LoadSubprogram(R2, "nowhere")).Build()).Message);

    [Fact]
    public void A_missing_label_is_named() =>
        Assert.Equal(
            "label 'nowhere' is not defined",
            Assert.Throws<InvalidOperationException>(() => new Assembler().Add(Jump("nowhere")).Build()).Message);

    [Fact]
    public void A_label_is_defined_once() =>
        Assert.Throws<InvalidOperationException>(() => new Assembler().Label("a").Label("a"));

    [Fact]
    public void A_jump_beyond_16_bits_is_refused()
    {
        var code = new Assembler().Add(Jump("far"));
        for (var i = 0; i < 40_000; i++)
        {
            code.Add(Move(R0, 0));
        }

        Assert.Throws<InvalidOperationException>(() => code.Label("far").Add(Exit()).Build());
    }

    [Fact]
    public void An_unresolved_jump_is_never_encoded() =>
        Assert.Throws<InvalidOperationException>(() => InstructionCodec.Encode([Jump("x")], map => map));

    /// <summary>Any eight bytes that are no wide load decode to an instruction that encodes to the same bytes.</summary>
    [Fact]
    public void Every_instruction_survives_a_round_trip() => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(),
        word =>
        {
            var bytes = BitConverter.GetBytes(word);
            bytes[0] = bytes[0] == 0x18 ? (byte)0x95 : bytes[0];
            var decoded = InstructionCodec.Decode(bytes);
            return InstructionCodec.Encode(decoded, map => map).AsSpan().SequenceEqual(bytes)
                && Disassembler.Line(decoded[0]).Length > 0;
        }).QuickCheckThrowOnFailure();
}
