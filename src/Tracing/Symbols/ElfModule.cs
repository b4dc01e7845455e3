using System.Collections.Concurrent;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>What is known of one version of one ELF file. Safe for many threads.</summary>
internal sealed class ElfModule
{
    private readonly SymbolIndex index;
    private readonly ElfSegment[] segments;
    private readonly ConcurrentDictionary<int, string> names = [];

    private ElfModule(SymbolIndex index, ElfSegment[] segments, SymbolSource source, string? problem)
    {
        this.index = index;
        this.segments = segments;
        Source = source;
        Problem = problem;
    }

    public SymbolSource Source { get; }

    /// <summary>Why it has no symbols, as a sentence; null if it has some.</summary>
    public string? Problem { get; }

    public int Count => index.Count;

    public long SizeInBytes => index.SizeInBytes + 1000;

    /// <summary>Reads a file; never fails but for lack of memory.</summary>
    /// <param name="file">What to open.</param>
    /// <param name="path">The name that the process has for it.</param>
    /// <param name="find">What to open for another path of the process's root; null if it has no such file.</param>
    public static ElfModule Load(string file, string path, Func<string, string?> find)
    {
        try
        {
            using var elf = ElfFile.Open(file);
            var (index, source, problem) = ReadBest(elf, path, find);
            return new ElfModule(index, [.. elf.Segments], source, index.Count > 0 ? null : problem);
        }
        catch (Exception e) when (e is BinaryFormatException or IOException or UnauthorizedAccessException)
        {
            return None(e.Message.Replace(file, path, StringComparison.Ordinal));
        }
    }

    public static ElfModule None(string problem) => new(SymbolIndex.Empty, [], SymbolSource.None, problem);

    /// <summary>The function that was linked to a place in the file, and its start as an offset in the file's terms.</summary>
    /// <returns>Null if no symbol covers the place.</returns>
    public (string Name, ulong Distance)? FindAtOffset(ulong fileOffset) =>
        ElfSegment.AddressOf(segments, fileOffset) is { } address ? FindAtAddress(address) : null;

    private (string Name, ulong Distance)? FindAtAddress(ulong address) =>
        index.Find(address) is >= 0 and var found
            ? (names.GetOrAdd(found, static (i, index) => Demangler.Demangle(index.Name(i)), index), address - index.Start(found))
            : null;

    private static (SymbolIndex Index, SymbolSource Source, string? Problem) ReadBest(
        ElfFile elf, string path, Func<string, string?> find)
    {
        var problem = "it is stripped, and no debug file was found";
        if (TryRead(elf, SectionType.SymbolTable, elf, ref problem) is { Count: > 0 } own)
        {
            return (own, SymbolSource.SymbolTable, null);
        }

        using var debug = DebugFile.Open(elf, path, find);
        if (debug is not null && TryRead(debug, SectionType.SymbolTable, elf, ref problem) is { Count: > 0 } separate)
        {
            return (separate, SymbolSource.DebugFile, null);
        }

        return TryRead(elf, SectionType.DynamicSymbols, elf, ref problem) is { Count: > 0 } exported
            ? (exported, SymbolSource.DynamicSymbols, null)
            : (SymbolIndex.Empty, SymbolSource.None, problem);
    }

    // A damaged table does not spoil the others.
    private static SymbolIndex? TryRead(ElfFile table, SectionType type, ElfFile loaded, ref string problem)
    {
        try
        {
            return ElfSymbols.Read(table, type, loaded);
        }
        catch (BinaryFormatException e)
        {
            problem = e.Message;
            return null;
        }
    }
}
