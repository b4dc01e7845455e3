using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Elf;

/// <summary>
/// The few functions of elfutils' libdw that we call. It need not be there: without it, inlined functions are not
/// shown, and the types of programs not known. Unlike libelf it is not safe for several threads with one <see cref="DwarfHandle"/>.
/// </summary>
internal static unsafe partial class LibDw
{
    private const string Library = "libdw.so.1";

    public static bool IsPresent { get; } = NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library, EntryPoint = "dwarf_begin_elf")]
    internal static partial nint BeginElf(ElfHandle elf, int command, nint group);

    [LibraryImport(Library, EntryPoint = "dwarf_end")]
    internal static partial int End(nint dwarf);

    [LibraryImport(Library, EntryPoint = "dwarf_nextcu")]
    internal static partial int NextUnit(
        DwarfHandle dwarf, ulong offset, out ulong next, out nuint headerSize, void* abbreviations, void* addressSize, void* offsetSize);

    [LibraryImport(Library, EntryPoint = "dwarf_offdie")]
    internal static partial Die* DieAt(DwarfHandle dwarf, ulong offset, out Die die);

    [LibraryImport(Library, EntryPoint = "dwarf_child")]
    internal static partial int Child(in Die die, out Die child);

    /// <summary>Both may be the same entry; an <c>out</c> parameter would be wiped before the call.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_siblingof")]
    internal static partial int Sibling(in Die die, ref Die sibling);

    [LibraryImport(Library, EntryPoint = "dwarf_tag")]
    internal static partial int Tag(in Die die);

    [LibraryImport(Library, EntryPoint = "dwarf_haspc")]
    internal static partial int HasPc(in Die die, ulong pc);

    [LibraryImport(Library, EntryPoint = "dwarf_hasattr")]
    internal static partial int HasAttribute(in Die die, uint name);

    [LibraryImport(Library, EntryPoint = "dwarf_ranges")]
    internal static partial nint Ranges(in Die die, nint offset, ref ulong basis, out ulong start, out ulong end);

    [LibraryImport(Library, EntryPoint = "dwarf_attr_integrate")]
    internal static partial Attribute* AttributeIntegrated(in Die die, uint name, out Attribute result);

    [LibraryImport(Library, EntryPoint = "dwarf_formstring")]
    internal static partial byte* FormString(in Attribute attribute);

    /// <summary>The unit behind another (0: the first), of <c>.debug_info</c> and then of <c>.debug_types</c>; 1 behind the last.</summary>
    /// <param name="rest">Null: no other file is looked for that has the rest of a split unit.</param>
    [LibraryImport(Library, EntryPoint = "dwarf_get_units")]
    internal static partial int GetUnits(
        DwarfHandle dwarf, nint unit, out nint next, out ushort version, out byte type, out Die die, Die* rest);

    /// <summary>The same as <see cref="DieAt"/> in <c>.debug_types</c>.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_offdie_types")]
    internal static partial Die* DieInTypesAt(DwarfHandle dwarf, ulong offset, out Die die);

    [LibraryImport(Library, EntryPoint = "dwarf_dieoffset")]
    internal static partial ulong OffsetOf(in Die die);

    [LibraryImport(Library, EntryPoint = "dwarf_attr")]
    internal static partial Attribute* AttributeOf(in Die die, uint name, out Attribute result);

    [LibraryImport(Library, EntryPoint = "dwarf_formudata")]
    internal static partial int FormUnsigned(in Attribute attribute, out ulong value);

    [LibraryImport(Library, EntryPoint = "dwarf_formsdata")]
    internal static partial int FormSigned(in Attribute attribute, out long value);

    [LibraryImport(Library, EntryPoint = "dwarf_formref_die")]
    internal static partial Die* FormReference(in Attribute attribute, out Die die);

    [LibraryImport(Library, EntryPoint = "dwarf_formflag")]
    internal static partial int FormFlag(in Attribute attribute, out byte value);

    /// <summary>The operations belong to libdw.</summary>
    [LibraryImport(Library, EntryPoint = "dwarf_getlocation")]
    internal static partial int Location(in Attribute attribute, out Operation* operations, out nuint count);

    /// <summary><c>Dwarf_Die</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Die
    {
        public nint Address;
        public nint Unit;
        public nint Abbreviation;
        public nint Padding;
    }

    /// <summary><c>Dwarf_Attribute</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Attribute
    {
        public uint Code;
        public uint Form;
        public nint Value;
        public nint Unit;
    }
}

/// <summary>Owns a <c>Dwarf*</c>, and keeps the <c>Elf*</c> that it reads from.</summary>
internal sealed class DwarfHandle : SafeHandle
{
    private readonly ElfHandle elf;
    private readonly bool isElfHeld;
    private readonly long size;

    /// <param name="size">Bytes that libdw takes, of which the collector of garbage has to know.</param>
    public DwarfHandle(ElfHandle elf, long size)
        : base(0, ownsHandle: true)
    {
        const int read = 0;
        this.elf = elf;
        elf.DangerousAddRef(ref isElfHeld);
        SetHandle(LibDw.BeginElf(elf, read, 0));
        this.size = IsInvalid ? 0 : size;
        if (this.size > 0)
        {
            GC.AddMemoryPressure(this.size);
        }

        // An invalid handle is not released by itself.
        if (IsInvalid && isElfHeld)
        {
            elf.DangerousRelease();
            isElfHeld = false;
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _ = LibDw.End(handle);
        if (size > 0)
        {
            GC.RemoveMemoryPressure(size);
        }

        if (isElfHeld)
        {
            elf.DangerousRelease();
        }

        return true;
    }
}
