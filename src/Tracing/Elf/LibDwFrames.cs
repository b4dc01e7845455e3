using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Elf;

/// <content>Call frames: it reads <c>.eh_frame</c> and runs its programs.</content>
internal static unsafe partial class LibDw
{
    [LibraryImport(Library, EntryPoint = "dwarf_getcfi_elf")]
    internal static partial CallFrameHandle CallFrames(ElfHandle elf);

    [LibraryImport(Library, EntryPoint = "dwarf_cfi_end")]
    internal static partial int EndCallFrames(nint callFrames);

    /// <summary>The state of registers at an address; the frame is the caller's to free.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_cfi_addrframe")]
    internal static partial int FrameAt(CallFrameHandle callFrames, ulong address, out nint frame);

    /// <summary>The range of addresses for which a frame holds; the result is the column of the return address.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_frame_info")]
    internal static partial int FrameInfo(nint frame, out ulong start, out ulong end, out byte isSignalFrame);

    [LibraryImport(Library, EntryPoint = "dwarf_frame_cfa")]
    internal static partial int FrameCfa(nint frame, out Operation* operations, out nuint count);

    /// <param name="memory">Room for three operations, which the result may point into.</param>
    [LibraryImport(Library, EntryPoint = "dwarf_frame_register")]
    internal static partial int FrameRegister(
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

/// <summary>Owns a <c>Dwarf_CFI*</c>; must be closed before the ELF handle it was made of.</summary>
internal sealed class CallFrameHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LibDw.EndCallFrames(handle) == 0;
}
