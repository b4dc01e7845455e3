using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Elf;

/// <summary>The few functions of elfutils' libelf that we call. It is always there: libbpf depends on it.</summary>
internal static unsafe partial class LibElf
{
    private const string Library = "libelf.so.1";

    /// <summary>
    /// <c>ELF_C_READ</c>: sections are read when asked for. Not the mmap variant: a file that someone truncates while
    /// we read it would end the server with SIGBUS.
    /// </summary>
    internal const int CommandRead = 1;

    /// <summary><c>ELF_K_ELF</c>: an ELF file, not an archive.</summary>
    internal const int KindElf = 3;

    // libelf refuses everything until the version of the format is agreed on.
    static LibElf() => _ = Version(1);

    [LibraryImport(Library, EntryPoint = "elf_version")]
    private static partial uint Version(uint version);

    [LibraryImport(Library, EntryPoint = "elf_begin")]
    internal static partial ElfHandle Begin(SafeFileHandle file, int command, nint reference);

    [LibraryImport(Library, EntryPoint = "elf_end")]
    internal static partial int End(nint elf);

    [LibraryImport(Library, EntryPoint = "elf_kind")]
    internal static partial int Kind(ElfHandle elf);

    [LibraryImport(Library, EntryPoint = "elf64_getehdr")]
    internal static partial ElfHeader* GetHeader(ElfHandle elf);

    [LibraryImport(Library, EntryPoint = "elf_getphdrnum")]
    internal static partial int GetSegmentCount(ElfHandle elf, out nuint count);

    [LibraryImport(Library, EntryPoint = "elf64_getphdr")]
    internal static partial SegmentHeader* GetSegments(ElfHandle elf);

    [LibraryImport(Library, EntryPoint = "elf_getshdrstrndx")]
    internal static partial int GetSectionNamesIndex(ElfHandle elf, out nuint index);

    [LibraryImport(Library, EntryPoint = "elf_getscn")]
    internal static partial nint GetSection(ElfHandle elf, nuint index);

    [LibraryImport(Library, EntryPoint = "elf_nextscn")]
    internal static partial nint NextSection(ElfHandle elf, nint section);

    [LibraryImport(Library, EntryPoint = "elf_ndxscn")]
    internal static partial nuint IndexOfSection(nint section);

    [LibraryImport(Library, EntryPoint = "elf64_getshdr")]
    internal static partial SectionHeader* GetSectionHeader(nint section);

    [LibraryImport(Library, EntryPoint = "elf_rawdata")]
    internal static partial SectionData* GetRawData(nint section, nint previous);

    /// <summary><c>Elf64_Ehdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ElfHeader
    {
        public fixed byte Identification[16];
        public ushort Type;
        public ushort Machine;
        public uint Version;
        public ulong Entry;
        public ulong SegmentsOffset;
        public ulong SectionsOffset;
        public uint Flags;
        public ushort HeaderSize;
        public ushort SegmentHeaderSize;
        public ushort SegmentCount;
        public ushort SectionHeaderSize;
        public ushort SectionCount;
        public ushort SectionNamesIndex;
    }

    /// <summary><c>Elf64_Phdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SegmentHeader
    {
        public uint Type;
        public uint Flags;
        public ulong Offset;
        public ulong Address;
        public ulong PhysicalAddress;
        public ulong FileSize;
        public ulong MemorySize;
        public ulong Alignment;
    }

    /// <summary><c>Elf64_Shdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SectionHeader
    {
        public uint Name;
        public uint Type;
        public ulong Flags;
        public ulong Address;
        public ulong Offset;
        public ulong Size;
        public uint Link;
        public uint Info;
        public ulong Alignment;
        public ulong EntrySize;
    }

    /// <summary><c>Elf_Data</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SectionData
    {
        public byte* Buffer;
        public int Type;
        public uint Version;
        public nuint Size;
        public long Offset;
        public nuint Alignment;
    }
}

/// <summary>Owns an <c>Elf*</c>.</summary>
internal sealed class ElfHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        // The count of references that remain; ours was the only one.
        _ = LibElf.End(handle);
        return true;
    }
}
