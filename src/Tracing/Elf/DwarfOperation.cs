namespace BpfDashboard.Tracing.Elf;

/// <summary>The operations of DWARF expressions that occur in call frame information.</summary>
internal enum DwarfOperation : byte
{
    Deref = 0x06,
    And = 0x1a,
    Plus = 0x22,
    PlusConstant = 0x23,
    ShiftLeft = 0x24,
    GreaterOrEqual = 0x2a,
    Literal0 = 0x30,
    Literal3 = 0x33,
    Literal15 = 0x3f,
    FramePointer = 0x76,
    StackPointer = 0x77,
    InstructionPointer = 0x80,
    AnyRegister = 0x92,
    CallFrameAddress = 0x9c,
    StackValue = 0x9f,
}
