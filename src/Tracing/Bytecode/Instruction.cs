using static BpfDashboard.Tracing.Bytecode.Encoding;

namespace BpfDashboard.Tracing.Bytecode;

/// <summary>
/// One instruction as a plain value (RFC 9669). Built by the verbs below, each documented by the line the kernel's
/// disassembler prints for it. A jump, like the address of a subprogram, names a label until
/// <see cref="Assembler.Build"/> turns it into an offset.
/// </summary>
/// <param name="Immediate">
/// 32 bits, sign-extended; 64 for <see cref="LoadImmediate"/>. For references to maps: the map's index in the image
/// in the low half and the offset into its value in the high half.
/// </param>
public readonly record struct Instruction(
    byte Opcode, Register Destination, Register Source, short Offset, long Immediate, string? Target = null)
{
    /// <summary>The low three bits of the opcode.</summary>
    public InstructionClass Class => (InstructionClass)(Opcode & ClassMask);

    /// <summary>Whether this takes two slots of eight bytes.</summary>
    public bool IsWide => Opcode == LoadWide;

    /// <summary>Slots of eight bytes; jump offsets count these.</summary>
    public int Slots => IsWide ? 2 : 1;

    /// <summary>Whether the low immediate is the index of a map, to be replaced by its file descriptor.</summary>
    public bool RefersToMap => IsWide && Source is PseudoMap or PseudoMapValue;

    /// <summary>Whether the immediate leads to a subprogram.</summary>
    public bool RefersToSubprogram => IsWide && Source is PseudoFunction;

    /// <summary>Whether the immediate is a <see cref="Kfunc"/>, to be replaced by its BTF id.</summary>
    public bool RefersToKfunc => Opcode == CallOpcode && Source is PseudoKfunc;

    /// <summary><c>r1 = r2</c></summary>
    public static Instruction Move(Register to, Register from) => Alu(AluOperation.Move, to, from);

    /// <summary><c>r1 = 5</c>; the 32-bit immediate is sign-extended.</summary>
    public static Instruction Move(Register to, int value) => Alu(AluOperation.Move, to, value);

    /// <summary><c>r1 += r2</c>, 64 bits wide.</summary>
    public static Instruction Alu(AluOperation operation, Register to, Register from) =>
        new((byte)((byte)InstructionClass.Alu64 | (byte)operation | FromRegister), to, from, 0, 0);

    /// <summary><c>r1 += 5</c>, 64 bits wide.</summary>
    public static Instruction Alu(AluOperation operation, Register to, int value) =>
        new((byte)((byte)InstructionClass.Alu64 | (byte)operation), to, 0, 0, value);

    /// <summary><c>w1 += w2</c>; the upper half of the destination becomes zero.</summary>
    public static Instruction Alu32(AluOperation operation, Register to, Register from) =>
        new((byte)((byte)InstructionClass.Alu | (byte)operation | FromRegister), to, from, 0, 0);

    /// <summary><c>w1 += 5</c>; the upper half of the destination becomes zero.</summary>
    public static Instruction Alu32(AluOperation operation, Register to, int value) =>
        new((byte)((byte)InstructionClass.Alu | (byte)operation), to, 0, 0, value);

    /// <summary><c>r1 = be32 r1</c>: on a little-endian machine, 16, 32 or 64 bits in reverse order; the rest becomes 0.</summary>
    public static Instruction SwapBytes(Register register, int bits) =>
        new((byte)InstructionClass.Alu | (byte)AluOperation.Swap | FromRegister, register, 0, 0, bits);

    /// <summary><c>r1 = 0x1122334455667788 ll</c></summary>
    public static Instruction LoadImmediate(Register to, long value) => new(LoadWide, to, 0, 0, value);

    /// <summary><c>r1 = map[counts]</c>: the address of a map, for helpers.</summary>
    public static Instruction LoadMap(Register to, int mapIndex) => new(LoadWide, to, PseudoMap, 0, mapIndex);

    /// <summary><c>r1 = map[slots][0]+8</c>: an address inside the single value of an array map.</summary>
    public static Instruction LoadMapValue(Register to, int mapIndex, int offset) =>
        new(LoadWide, to, PseudoMapValue, 0, ((long)offset << 32) | (uint)mapIndex);

    /// <summary><c>r1 = subprog[+80]</c>: the address of a subprogram, for helpers that call back (Linux 5.13).</summary>
    public static Instruction LoadSubprogram(Register to, string name) => new(LoadWide, to, PseudoFunction, 0, 0, name);

    /// <summary><c>r1 = *(u64 *)(r2 +8)</c></summary>
    public static Instruction Load(Width width, Register to, Register address, short offset) =>
        new((byte)((byte)InstructionClass.Ldx | ModeMemory | (byte)width), to, address, offset, 0);

    /// <summary><c>*(u64 *)(r1 +8) = r2</c></summary>
    public static Instruction Store(Width width, Register address, short offset, Register from) =>
        new((byte)((byte)InstructionClass.Stx | ModeMemory | (byte)width), address, from, offset, 0);

    /// <summary><c>*(u64 *)(r1 +8) = 5</c></summary>
    public static Instruction Store(Width width, Register address, short offset, int value) =>
        new((byte)((byte)InstructionClass.St | ModeMemory | (byte)width), address, 0, offset, value);

    /// <summary><c>lock *(u64 *)(r1 +0) += r2</c>; 32 or 64 bits.</summary>
    public static Instruction AtomicAdd(Width width, Register address, short offset, Register value) =>
        new((byte)((byte)InstructionClass.Stx | ModeAtomic | (byte)width), address, value, offset, (int)AluOperation.Add);

    /// <summary><c>r2 = atomic64_xchg((u64 *)(r1 +0), r2)</c>; 32 or 64 bits (Linux 5.12).</summary>
    public static Instruction Exchange(Width width, Register address, short offset, Register value) =>
        new((byte)((byte)InstructionClass.Stx | ModeAtomic | (byte)width), address, value, offset, AtomicExchange);

    /// <summary><c>r2 = atomic64_fetch_add((u64 *)(r1 +0), r2)</c>; 32 or 64 bits (Linux 5.12).</summary>
    public static Instruction FetchAdd(Width width, Register address, short offset, Register value) =>
        new((byte)((byte)InstructionClass.Stx | ModeAtomic | (byte)width), address, value, offset, (int)AluOperation.Add | Fetch);

    /// <summary><c>r0 = atomic64_cmpxchg((u64 *)(r1 +0), r0, r2)</c>; 32 or 64 bits (Linux 5.12).</summary>
    public static Instruction CompareExchange(Width width, Register address, short offset, Register value) =>
        new((byte)((byte)InstructionClass.Stx | ModeAtomic | (byte)width), address, value, offset, AtomicCompareExchange);

    /// <summary><c>goto pc+5</c></summary>
    public static Instruction Jump(string target) =>
        new((byte)((byte)InstructionClass.Jmp | (byte)JumpOperation.Always), 0, 0, 0, 0, target);

    /// <summary><c>if r1 == r2 goto pc+5</c></summary>
    public static Instruction JumpIf(JumpOperation operation, Register left, Register right, string target) =>
        new((byte)((byte)InstructionClass.Jmp | (byte)operation | FromRegister), left, right, 0, 0, target);

    /// <summary><c>if r1 == 0x5 goto pc+5</c>; the immediate is sign-extended to 64 bits.</summary>
    public static Instruction JumpIf(JumpOperation operation, Register left, int right, string target) =>
        new((byte)((byte)InstructionClass.Jmp | (byte)operation), left, 0, 0, right, target);

    /// <summary><c>if w1 == 0x5 goto pc+5</c>: only the low 32 bits are compared.</summary>
    public static Instruction JumpIf32(JumpOperation operation, Register left, int right, string target) =>
        new((byte)((byte)InstructionClass.Jmp32 | (byte)operation), left, 0, 0, right, target);

    /// <summary><c>call bpf_ktime_get_ns#5</c></summary>
    public static Instruction Call(Helper helper) => new(CallOpcode, 0, 0, 0, (int)helper);

    /// <summary><c>call bpf_session_cookie</c>: a function that the kernel opens to programs (a kfunc), found by name.</summary>
    public static Instruction Call(Kfunc function) => new(CallOpcode, 0, PseudoKfunc, 0, (int)function);

    /// <summary><c>exit</c></summary>
    public static Instruction Exit() =>
        new((byte)((byte)InstructionClass.Jmp | (byte)JumpOperation.Exit), 0, 0, 0, 0);

    /// <inheritdoc/>
    public override string ToString() => Disassembler.Line(this);
}
