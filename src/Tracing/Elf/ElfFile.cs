using System.Text;
using BpfDashboard.Tracing.Binding;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Elf;

/// <summary>
/// An open ELF file of this machine: its sections and loadable segments. The content is hostile until proven
/// otherwise: every offset in it is checked by the span it indexes.
/// </summary>
internal sealed unsafe class ElfFile : IDisposable
{
    private const int MaxSections = 200_000;
    private readonly SafeFileHandle file;
    private readonly ElfHandle elf;

    private ElfFile(string path, SafeFileHandle file, ElfHandle elf)
    {
        Path = path;
        this.file = file;
        this.elf = elf;
    }

    public string Path { get; }

    /// <summary>For libdw, which works on it; valid until disposal.</summary>
    internal ElfHandle Handle => elf;

    public IReadOnlyList<ElfSection> Sections { get; private set; } = [];

    /// <summary>The <c>PT_LOAD</c> segments.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; private set; } = [];

    /// <exception cref="BinaryFormatException">No readable ELF program or library of this machine.</exception>
    public static ElfFile Open(string path)
    {
        var file = OpenRegularFile(path);
        ElfHandle? elf = null;
        try
        {
            elf = LibElf.Begin(file, LibElf.CommandRead, 0);
            var opened = new ElfFile(path, file, elf);
            opened.CheckHeader();
            opened.Segments = opened.ReadSegments();
            opened.Sections = opened.ReadSections();
            return opened;
        }
        catch
        {
            elf?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>The first section with this name, or null.</summary>
    public ElfSection? Section(string name) => Sections.FirstOrDefault(section => section.Name == name);

    /// <summary>A section's bytes as they stand in the file; empty if it has none. Valid until disposal.</summary>
    public ReadOnlySpan<byte> Data(ElfSection? section)
    {
        if (section is null || section.Type == SectionType.NoBits)
        {
            return [];
        }

        var data = LibElf.GetRawData(section.Handle, 0);
        if (data is null || (data->Buffer is null && data->Size > 0) || data->Size > int.MaxValue)
        {
            throw new BinaryFormatException($"{Path} is damaged: its section '{section.Name}' cannot be read.");
        }

        return new ReadOnlySpan<byte>(data->Buffer, (int)data->Size);
    }

    /// <summary>Where in the file an address lies that an executable segment loads, or null.</summary>
    public ulong? CodeOffset(ulong address) => OffsetIn(address, segment => segment.IsExecutable);

    /// <summary>Where in the file an address lies that a data segment loads, or null.</summary>
    public ulong? DataOffset(ulong address) => OffsetIn(address, segment => !segment.IsExecutable);

    /// <summary>The debug information, which keeps what it needs of this file after disposal. Invalid if damaged.</summary>
    /// <param name="size">What it takes in memory, in bytes.</param>
    public DwarfHandle OpenDebugInformation(long size) => new(elf, size);

    public void Dispose()
    {
        elf.Dispose();
        file.Dispose();
    }

    private ulong? OffsetIn(ulong address, Func<ElfSegment, bool> kind)
    {
        foreach (var segment in Segments)
        {
            if (kind(segment) && segment.Contains(address))
            {
                return address - segment.Address + segment.Offset;
            }
        }

        return null;
    }

    /// <summary>Refuses pipes and devices before opening them: opening a FIFO would wait for ever.</summary>
    private static SafeFileHandle OpenRegularFile(string path)
    {
        if (FileIdentity.Of(path) is { IsRegular: false })
        {
            throw new BinaryFormatException($"{path} is not a file.");
        }

        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BinaryFormatException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private void CheckHeader()
    {
        Span<byte> start = stackalloc byte[20];
        var length = RandomAccess.Read(file, start, 0);
        if (ElfHeaderCheck.Problem(Path, start[..length]) is { } problem)
        {
            throw new BinaryFormatException(problem);
        }

        if (elf.IsInvalid || LibElf.Kind(elf) != LibElf.KindElf || LibElf.GetHeader(elf) is null)
        {
            throw Damaged("its header cannot be read");
        }
    }

    private List<ElfSegment> ReadSegments()
    {
        var segments = new List<ElfSegment>();
        if (LibElf.GetSegmentCount(elf, out var count) != 0)
        {
            throw Damaged("its program headers cannot be counted");
        }

        // A count of zero with a null table is legal; a null table otherwise means it lies outside the file.
        var headers = count == 0 ? null : LibElf.GetSegments(elf);
        if (headers is null && count > 0)
        {
            throw Damaged("its program headers lie outside the file");
        }

        for (nuint i = 0; i < count; i++)
        {
            const uint load = 1;
            if (headers[i].Type == load)
            {
                segments.Add(new ElfSegment(
                    headers[i].Flags, headers[i].Offset, headers[i].Address, headers[i].FileSize));
            }
        }

        return segments;
    }

    private List<ElfSection> ReadSections()
    {
        var sections = new List<ElfSection>();
        var names = SectionNames();
        for (var at = LibElf.NextSection(elf, 0); at != 0; at = LibElf.NextSection(elf, at))
        {
            var header = LibElf.GetSectionHeader(at);
            if (header is null || sections.Count >= MaxSections)
            {
                throw Damaged("its section headers cannot be read");
            }

            sections.Add(new ElfSection(at, (int)LibElf.IndexOfSection(at), ElfText.At(names, header->Name) ?? "",
                (SectionType)header->Type, header->Address, header->Link)
            {
                Size = header->Size,
                Flags = header->Flags,
            });
        }

        return sections;
    }

    private ReadOnlySpan<byte> SectionNames()
    {
        if (LibElf.GetSectionNamesIndex(elf, out var index) != 0
            || LibElf.GetSection(elf, index) is not (not 0 and var at))
        {
            return [];
        }

        var header = LibElf.GetSectionHeader(at);
        return header is null
            ? []
            : Data(new ElfSection(at, (int)index, ".shstrtab", (SectionType)header->Type, header->Address, header->Link));
    }

    private BinaryFormatException Damaged(string how) => new($"{Path} is damaged: {how}.");
}

/// <summary>The types of section that matter here.</summary>
internal enum SectionType : uint
{
    SymbolTable = 2,
    Relocations = 4,
    Dynamic = 6,
    Note = 7,
    NoBits = 8,
    DynamicSymbols = 11,
    VersionDefinitions = 0x6ffffffd,
    VersionIndices = 0x6fffffff,
}

/// <summary>A section. <see cref="Link"/> is the index of its string table, where it has one.</summary>
internal sealed record ElfSection(nint Handle, int Index, string Name, SectionType Type, ulong Address, uint Link)
{
    /// <summary>Bytes in memory; in a file of symbols only, there is nothing behind it.</summary>
    public ulong Size { get; init; }

    public ulong Flags { get; init; }

    public bool IsExecutable => (Flags & 4) != 0;

    /// <summary>Compressed as debug information may be, with a header that says how (<c>SHF_COMPRESSED</c>).</summary>
    public bool IsCompressed => (Flags & 0x800) != 0;
}

/// <summary>A part of the file that is mapped into memory.</summary>
internal readonly record struct ElfSegment(uint Flags, ulong Offset, ulong Address, ulong FileSize)
{
    public bool IsExecutable => (Flags & 1) != 0;

    // Subtraction first: address + size of a hostile file may wrap around.
    public bool Contains(ulong address) =>
        address >= Address && address - Address < FileSize && Offset <= long.MaxValue && FileSize <= long.MaxValue;

    /// <summary>
    /// The address for which a place in the file was linked: that of the executable segment which holds the place,
    /// else of any (two segments may share a page). Null if no segment holds it.
    /// </summary>
    public static ulong? AddressOf(IReadOnlyList<ElfSegment> segments, ulong offset)
    {
        ulong? found = null;
        foreach (var segment in segments)
        {
            if (offset >= segment.Offset && offset - segment.Offset < segment.FileSize && (found is null || segment.IsExecutable))
            {
                found = offset - segment.Offset + segment.Address;
            }
        }

        return found;
    }
}

/// <summary>Zero-terminated names in string tables.</summary>
internal static class ElfText
{
    /// <summary>The longest name that is read; mangled C++ names of some thousand characters do exist.</summary>
    public const int MaxLength = 8192;

    /// <summary>The name at an offset, or null if it lies outside, has no end or is too long.</summary>
    public static string? At(ReadOnlySpan<byte> table, ulong offset)
    {
        if (offset >= (ulong)table.Length)
        {
            return null;
        }

        var rest = table[(int)offset..];
        var end = rest[..Math.Min(rest.Length, MaxLength)].IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }
}
