using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// The debug information of one program or library, from its own file or from a separate one. Safe for many threads,
/// one at a time, as libdw wants it. Opened when it is first asked for something; what it takes is freed once nobody
/// refers to it or to a type of it any more, since types read on when somebody looks at them.
/// </summary>
internal sealed unsafe class DwarfFile
{
    /// <summary>More debug information than this is not read, in bytes.</summary>
    public const long MaxSize = 1L << 30;

    private const ulong IsOfTypes = 1UL << 63;
    private const int MaxUnits = 1_000_000;

    private readonly Lock _gate = new();
    private readonly ElfFile _file;
    private readonly IReadOnlyList<ElfSegment> _segments;
    private DwarfHandle? _dwarf;
    private DwarfIndex? _index;

    private DwarfFile(ElfFile file, IReadOnlyList<ElfSegment> segments, long size)
    {
        (_file, _segments, SizeInBytes) = (file, segments, size);
        Types = new DwarfTypes(this);
    }

    /// <summary>What it takes once it is read.</summary>
    public long SizeInBytes { get; }

    /// <summary>All types by name.</summary>
    public DwarfTypes Types { get; }

    /// <summary>The debug information of a file; null if it has none that we can use, or is no readable program.</summary>
    public static DwarfFile? Open(string path) => Open(path, Path.GetFullPath(path), found => found);

    /// <summary>The same for a file of another root.</summary>
    /// <param name="file">What to open.</param>
    /// <param name="path">The file's name in that root.</param>
    /// <param name="find">What to open for a path of that root; null if it has no such file.</param>
    public static DwarfFile? Open(string file, string path, Func<string, string?> find)
    {
        ElfFile? elf = null, debug = null;
        DwarfFile? opened = null;
        try
        {
            elf = ElfFile.Open(file);
            opened = Of(elf, elf);
            debug = opened is null ? DebugFile.Open(elf, path, find) : null;
            return opened ??= debug is null ? null : Of(debug, elf);
        }
        catch (Exception e) when (e is BinaryFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            DisposeUnlessOwned(elf, opened);
            DisposeUnlessOwned(debug, opened);
        }
    }

    /// <summary>
    /// The prototype of the function that the linker knows by this name, or the source; null if there is none, or the
    /// debug information is damaged there.
    /// </summary>
    public FunctionType? Prototype(string name) => UnlessDamaged(() => Types.Find(TypeNames.Function, name) as FunctionType);

    /// <summary>
    /// The same for a function of the file that is loaded: the source may have another name for it, as libc has for all
    /// of which there is more than one version or name (<c>open</c> is <c>__libc_open64</c>). At the place of an
    /// indirect function is what chooses it.
    /// </summary>
    public FunctionType? Prototype(UserFunction function) =>
        (function.IsIndirect ? null : UnlessDamaged(() => AtPlaceOf(function))) ?? Prototype(function.Name);

    /// <summary>Reads something while nobody else does.</summary>
    internal T Read<T>(Func<DwarfIndex, T> read)
    {
        lock (_gate)
        {
            if (_dwarf is null)
            {
                _dwarf = _file.OpenDebugInformation(SizeInBytes);
                _file.Dispose();
            }

            var result = read(_index ??= new DwarfIndex(this));

            // Entries are pointers into what the handle owns.
            GC.KeepAlive(_dwarf);
            return result;
        }
    }

    /// <summary>The entries at the top of units, and whether they lie in <c>.debug_types</c>. Inside the lock only.</summary>
    internal IEnumerable<(DwarfEntry Unit, bool IsOfTypes)> Units()
    {
        nint unit = 0;
        for (var i = 0; i < MaxUnits && Next(ref unit, out var entry, out var isOfTypes); i++)
        {
            if (entry is { } found)
            {
                yield return (found, isOfTypes);
            }
        }
    }

    /// <summary>A number by which <see cref="At"/> finds an entry again.</summary>
    internal static ulong PlaceOf(DwarfEntry entry, bool isOfTypes) => entry.Offset | (isOfTypes ? IsOfTypes : 0);

    /// <summary>The entry at a place. Inside the lock only.</summary>
    internal DwarfEntry? At(ulong place)
    {
        var isThere = (place & IsOfTypes) == 0
            ? LibDw.DieAt(_dwarf!, place, out var die) is not null // not null: places come from it
            : LibDw.DieInTypesAt(_dwarf!, place & ~IsOfTypes, out die) is not null;
        return isThere ? new DwarfEntry(die) : null;
    }

    // No entry if the rest of the unit is in another file.
    private bool Next(ref nint unit, out DwarfEntry? entry, out bool isOfTypes)
    {
        const byte typeUnit = 2;
        (entry, isOfTypes) = (null, false);
        if (_dwarf!.IsInvalid || LibDw.GetUnits(_dwarf, unit, out unit, out var version, out var type, out var die, null) != 0)
        {
            return false;
        }

        isOfTypes = version == 4 && type == typeUnit;
        entry = DebugSections.IsSplit(die) ? null : new DwarfEntry(die);
        return true;
    }

    private FunctionType? AtPlaceOf(UserFunction function) =>
        ElfSegment.AddressOf(_segments, function.FileOffset) is { } address ? Types.FunctionAt(address) : null;

    private static FunctionType? UnlessDamaged(Func<FunctionType?> read)
    {
        try
        {
            return read();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DwarfFile? Of(ElfFile file, ElfFile loaded) =>
        LibDw.IsPresent && DebugSections.SizeOf(file, MaxSize) is > 0 and var size ? new DwarfFile(file, loaded.Segments, size) : null;

    private static void DisposeUnlessOwned(ElfFile? file, DwarfFile? owner)
    {
        if (file is not null && owner?._file != file)
        {
            file.Dispose();
        }
    }
}
