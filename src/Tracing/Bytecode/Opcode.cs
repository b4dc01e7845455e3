namespace BpfDashboard.Tracing.Bytecode;

/// <summary>A register of the BPF machine; R10 is the read-only frame pointer.</summary>
public enum Register : byte
{
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10,
}

/// <summary>The low three bits of an opcode (RFC 9669, section 3.1).</summary>
public enum InstructionClass : byte
{
    Ld = 0x00,
    Ldx = 0x01,
    St = 0x02,
    Stx = 0x03,
    Alu = 0x04,
    Jmp = 0x05,
    Jmp32 = 0x06,
    Alu64 = 0x07,
}

/// <summary>How many bytes a load or store moves.</summary>
public enum Width : byte
{
    U32 = 0x00,
    U16 = 0x08,
    U8 = 0x10,
    U64 = 0x18,
}

/// <summary>The operation bits of arithmetic opcodes.</summary>
public enum AluOperation : byte
{
    Add = 0x00,
    Sub = 0x10,
    Mul = 0x20,
    Div = 0x30,
    Or = 0x40,
    And = 0x50,
    ShiftLeft = 0x60,
    ShiftRight = 0x70,
    Negate = 0x80,
    Mod = 0x90,
    Xor = 0xa0,
    Move = 0xb0,
    ArithmeticShiftRight = 0xc0,

    /// <summary>BPF_END.</summary>
    Swap = 0xd0,
}

/// <summary>The operation bits of jumps.</summary>
public enum JumpOperation : byte
{
    Always = 0x00,
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,
    AnyBit = 0x40,
    NotEqual = 0x50,
    SignedGreater = 0x60,
    SignedGreaterOrEqual = 0x70,
    Call = 0x80,
    Exit = 0x90,
    Less = 0xa0,
    LessOrEqual = 0xb0,
    SignedLess = 0xc0,
    SignedLessOrEqual = 0xd0,
}

/// <summary>The bit values and pseudo sources that are no operation of their own.</summary>
internal static class Encoding
{
    internal const byte ClassMask = 0x07;
    internal const byte WidthMask = 0x18;
    internal const byte ModeMask = 0xe0;
    internal const byte OperationMask = 0xf0;

    /// <summary>Source operand is a register (BPF_X), not the immediate.</summary>
    internal const byte FromRegister = 0x08;

    internal const byte ModeMemory = 0x60;
    internal const byte ModeAtomic = 0xc0;

    /// <summary>BPF_LD | BPF_IMM | BPF_DW: the only instruction of two slots.</summary>
    internal const byte LoadWide = 0x18;

    /// <summary>The immediate of an atomic instruction that also returns the old value.</summary>
    internal const int Fetch = 0x01;

    internal const int AtomicExchange = 0xe0 | Fetch;
    internal const int AtomicCompareExchange = 0xf0 | Fetch;

    /// <summary>BPF_PSEUDO_MAP_FD: the low immediate is a map.</summary>
    internal const Register PseudoMap = (Register)1;

    /// <summary>BPF_PSEUDO_MAP_VALUE: the low immediate is a map, the high one an offset into its only value.</summary>
    internal const Register PseudoMapValue = (Register)2;

    /// <summary>BPF_PSEUDO_FUNC: the immediate leads to a subprogram, counted in slots from the next one.</summary>
    internal const Register PseudoFunction = (Register)4;

    /// <summary>BPF_PSEUDO_KFUNC_CALL: the immediate is the BTF id of a function of the kernel.</summary>
    internal const Register PseudoKfunc = (Register)2;

    /// <summary>BPF_JMP | BPF_CALL.</summary>
    internal const byte CallOpcode = 0x85;
}
