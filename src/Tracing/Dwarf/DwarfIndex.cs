using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// The names that a file's debug information has at the top of its units and in its namespaces: a single walk, which
/// does not look into structs and functions.
/// </summary>
internal sealed unsafe class DwarfIndex
{
    /// <summary>More entries are not looked at: Chromium has half of them.</summary>
    private const int MaxEntries = 50_000_000;

    private const int MaxNamespaces = 64;

    private readonly DwarfFile _file;
    private readonly List<ulong> _enums = [];
    private int _entriesLeft = MaxEntries;

    /// <summary>Walks through a file. Inside its lock only.</summary>
    public DwarfIndex(DwarfFile file)
    {
        _file = file;
        foreach (var (unit, isOfTypes) in file.Units())
        {
            Add(unit, isOfTypes, isGlobal: true, MaxNamespaces);
        }
    }

    /// <summary>Types and functions.</summary>
    public DwarfNames Names { get; } = new();

    /// <summary>Where the enums lie; those that have a name only once.</summary>
    public IReadOnlyList<ulong> Enums => _enums;

    private void Add(DwarfEntry parent, bool isOfTypes, bool isGlobal, int depth)
    {
        var next = depth > 0 ? parent.FirstChild() : null;
        while (next is { } entry && _entriesLeft-- > 0)
        {
            var tag = entry.Tag;
            if (tag == DwarfTag.Namespace)
            {
                Add(entry, isOfTypes, isGlobal: false, depth - 1);
            }
            else if (SpaceOf(tag) is { } space)
            {
                Add(space, entry, isOfTypes, isGlobal);
            }

            next = entry.Sibling();
        }
    }

    private void Add(TypeNames space, DwarfEntry entry, bool isOfTypes, bool isGlobal)
    {
        var rank = entry.IsDeclaration ? NameRank.Declared
            : !isGlobal || (space == TypeNames.Function && IsHidden(entry)) ? NameRank.Hidden
            : NameRank.Defined;
        var name = entry.NameBytes();
        if (space == TypeNames.Enum)
        {
            AddEnum(entry, name, rank, isOfTypes);
        }

        Names.Add(space, name, rank, entry, Place);
        if (space == TypeNames.Function)
        {
            Names.Add(space, entry.LinkageNameBytes(), rank, entry, Place);
        }

        ulong Place(DwarfEntry it) => DwarfFile.PlaceOf(it, isOfTypes);
    }

    // A header's enum is in each unit that includes the header; without a name nothing tells that it is the same.
    private void AddEnum(DwarfEntry entry, byte* name, NameRank rank, bool isOfTypes)
    {
        if (rank != NameRank.Declared
            && (name is null || Names.Find(TypeNames.Enum, DwarfText.Bytes(name)) is not { Rank: > NameRank.Declared }))
        {
            _enums.Add(DwarfFile.PlaceOf(entry, isOfTypes));
        }
    }

    private static bool IsHidden(DwarfEntry function) =>
        !(function.Flag(DwarfAttribute.External) || function.Reference(DwarfAttribute.Specification) is not null
            || function.Reference(DwarfAttribute.AbstractOrigin)?.Flag(DwarfAttribute.External) == true);

    private static TypeNames? SpaceOf(DwarfTag tag) => tag switch
    {
        DwarfTag.Structure or DwarfTag.Class => TypeNames.Struct,
        DwarfTag.Union => TypeNames.Union,
        DwarfTag.Enumeration => TypeNames.Enum,
        DwarfTag.Typedef or DwarfTag.TemplateAlias => TypeNames.Typedef,
        DwarfTag.Subprogram => TypeNames.Function,
        _ => null,
    };
}
