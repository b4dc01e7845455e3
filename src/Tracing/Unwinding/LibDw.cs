using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>The few functions of elfutils' libdw that we call; it reads <c>.eh_frame</c> and runs its programs.</summary>
internal static unsafe partial class LibDw
{
    private const string Library = "libdw.so.1";

    [LibraryImport(Library, EntryPoint = "dwarf_getcfi_elf")]
    internal static partial CallFrameHandle CallFrames(ElfHandle elf);

    [LibraryImport(Library, EntryPoint = "dwarf_cfi_end")]
    internal static partial int End(nint callFrames);

    /// <summary>The state of registers at an address; the frame is the caller's to free.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_cfi_addrframe")]
    internal static partial int FrameAt(CallFrameHandle callFrames, ulong address, out nint frame);

    /// <summary>The range of addresses for which a frame holds; the result is the column of the return address.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_frame_info")]
    internal static partial int Info(nint frame, out ulong start, out ulong end, out byte isSignalFrame);

    [LibraryImport(Library, EntryPoint = "dwarf_frame_cfa")]
    internal static partial int Cfa(nint frame, out Operation* operations, out nuint count);

    /// <param name="memory">Room for three operations, which the result may point into.</param>
    [LibraryImport(Library, EntryPoint = "dwarf_frame_register")]
    internal static partial int Register(
        nint frame, int register, Operation* memory, out Operation* operations, out nuint count);

    [LibraryImport("libc", EntryPoint = "free")]
    internal static partial void Free(nint memory);

    /// <summary><c>Dwarf_Op</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Operation
    {
        public DwarfOperation Atom;
        public long First;
        public long Second;
        public ulong Offset;
    }
}

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

/// <summary>Owns a <c>Dwarf_CFI*</c>; must be closed before the ELF handle it was made of.</summary>
internal sealed class CallFrameHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LibDw.End(handle) == 0;
}
