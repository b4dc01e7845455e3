using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>Reads what structs and enums have inside; inside the file's lock only.</summary>
internal static class DwarfMembers
{
    /// <summary>
    /// The members of a struct. A base class is a member without name, so that what it has is found in the derived one;
    /// virtual bases are left out, since only the program itself knows where they are.
    /// </summary>
    /// <exception cref="FormatException">The debug information is damaged there.</exception>
    public static IReadOnlyList<Member> Read(DwarfEntry entry, DwarfTypeBuilder types)
    {
        var members = new List<Member>();
        foreach (var child in entry.Children())
        {
            // What is static is no part of the struct.
            if (child.Tag is DwarfTag.Member or DwarfTag.Inheritance
                && !child.Flag(DwarfAttribute.External) && !child.IsDeclaration
                && Read(child, types.TypeOf(child)) is { } member)
            {
                members.Add(member);
            }
        }

        return members;
    }

    /// <summary>The constants of an enum.</summary>
    public static IReadOnlyList<EnumConstant> Constants(DwarfEntry entry, int size, bool isSigned) =>
    [
        .. Enumerators(entry).Select(child =>
            new EnumConstant(child.Name, Extended(child.Constant(DwarfAttribute.ConstantValue) ?? 0, size, isSigned))),
    ];

    /// <summary>Whether an enum whose type nothing tells has negative constants.</summary>
    public static bool IsSigned(DwarfEntry entry) =>
        Enumerators(entry).Any(child => child.Constant(DwarfAttribute.ConstantValue) < 0);

    private static IEnumerable<DwarfEntry> Enumerators(DwarfEntry entry) =>
        entry.Children().Where(child => child.Tag == DwarfTag.Enumerator);

    private static Member? Read(DwarfEntry entry, DataType type)
    {
        var name = entry.Tag == DwarfTag.Inheritance ? "" : entry.Name;
        var bits = entry.Unsigned(DwarfAttribute.BitSize) ?? 0;
        if (BitOffset(entry, type, (long)bits) is not { } offset)
        {
            return null;
        }

        return offset is >= 0 and <= int.MaxValue && bits <= 8 * (ulong)type.Size
            ? new Member(name, type, (int)offset, (int)bits)
            : throw new FormatException($"member {name} of the debug information has an impossible place");
    }

    /// <summary>
    /// Since DWARF 4 the place of a bit field is counted from the start of the struct; before, from the highest bit of
    /// the integer that holds it (of the size that the member has, or its type).
    /// </summary>
    private static long? BitOffset(DwarfEntry entry, DataType type, long bits)
    {
        if (entry.Unsigned(DwarfAttribute.DataBitOffset) is { } bit)
        {
            return entry.Has(DwarfAttribute.MemberLocation) && entry.MemberLocation() is { } start
                ? unchecked((start * 8) + (long)bit)
                : (long)bit;
        }

        var storage = (long)(entry.Unsigned(DwarfAttribute.ByteSize) ?? (ulong)type.Size);
        return entry.MemberLocation() is not { } location ? null
            : entry.Signed(DwarfAttribute.BitOffset) is { } fromHighest
                ? unchecked((8 * (location + storage)) - fromHighest - bits)
            : unchecked(8 * location);
    }

    private static long Extended(long value, int size, bool isSigned)
    {
        var unused = size < sizeof(long) ? 64 - (8 * size) : 0;
        return isSigned ? value << unused >> unused : (long)((ulong)value << unused >> unused);
    }
}
