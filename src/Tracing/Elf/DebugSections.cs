using System.Buffers.Binary;

namespace BpfDashboard.Tracing.Elf;

/// <summary>Whether the debug information of a file can be given to libdw.</summary>
internal static class DebugSections
{
    /// <summary>
    /// Bytes of debug information once unpacked; 0 if there is none, if it is more than the limit, or if it needs other
    /// files: those are named by the file, which is not to be trusted, and libdw would open whatever the name leads to.
    /// </summary>
    public static long SizeOf(ElfFile file, long limit)
    {
        long size = 0;
        if (file.Section(".debug_info") is not { Type: not SectionType.NoBits } || file.Section(".gnu_debugaltlink") is not null)
        {
            return 0;
        }

        foreach (var section in file.Sections.Where(section => section.Type != SectionType.NoBits))
        {
            if (section.Name.StartsWith(".zdebug", StringComparison.Ordinal) || section.Size > (ulong)limit)
            {
                return 0;
            }

            size += section.Name.StartsWith(".debug", StringComparison.Ordinal) ? Unpacked(file, section, limit) : 0;
        }

        return size <= limit ? size : 0;
    }

    /// <summary>Whether the rest of a unit is in another file (.dwo).</summary>
    public static bool IsSplit(in LibDw.Die unit)
    {
        const uint splitName = 0x76, gnuSplitName = 0x2130;
        return LibDw.HasAttribute(unit, splitName) != 0 || LibDw.HasAttribute(unit, gnuSplitName) != 0;
    }

    // A header of 24 bytes: type (4), nothing (4), size (8), alignment (8).
    private static long Unpacked(ElfFile file, ElfSection section, long limit) =>
        !section.IsCompressed ? (long)section.Size
        : file.Data(section) is { Length: >= 24 } data
            ? (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(data[8..]), (ulong)limit + 1)
            : limit + 1;
}
