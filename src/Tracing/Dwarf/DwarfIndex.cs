using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// The names that a file's debug information has at the top of its units and in its namespaces: a single walk, which
/// does not look into structs and functions.
/// </summary>
internal sealed unsafe class DwarfIndex
{
    /// <summary>More entries are not looked at: some ten seconds.</summary>
    private const int MaxEntries = 50_000_000;

    private const int MaxNamespaces = 64;

    private readonly List<ulong> _enums = [];
    private readonly Dictionary<ulong, ulong> _functions = [];
    private int _entriesLeft;

    /// <summary>Walks through a file. Inside its lock only.</summary>
    public DwarfIndex(DwarfFile file)
    {
        // An entry takes a byte at least: who meets more of them walks in circles.
        _entriesLeft = (int)Math.Min(file.SizeInBytes, MaxEntries);
        foreach (var (unit, isOfTypes) in file.Units().Where(it => !IsAssembler(it.Unit)))
        {
            Add(unit, isOfTypes, isGlobal: true, MaxNamespaces);
        }
    }

    /// <summary>Types and functions.</summary>
    public DwarfNames Names { get; } = new();

    /// <summary>Where the enums lie; those that have a name only once.</summary>
    public IReadOnlyList<ulong> Enums => _enums;

    /// <summary>Where the function lies whose code begins at an address; null if there is none.</summary>
    public ulong? FunctionAt(ulong address) => _functions.TryGetValue(address, out var place) ? place : null;

    // Of functions in assembler only the names are told: they seem to have no parameters.
    private static bool IsAssembler(DwarfEntry unit)
    {
        const ulong assembler = 0x8001;
        return unit.Unsigned(DwarfAttribute.Language) == assembler;
    }

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
            if (rank != NameRank.Declared && entry.CodeAddress() is { } address)
            {
                _functions.TryAdd(address, Place(entry));
            }
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
