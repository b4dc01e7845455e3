using System.Collections.Concurrent;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>What is known of one version of one ELF file. Safe for many threads.</summary>
internal sealed class ElfModule
{
    private const int MaxAddresses = 100_000;

    private readonly SymbolIndex index;
    private readonly ElfSegment[] segments;
    private readonly ConcurrentDictionary<int, string> names = [];

    private readonly InlinedFunctions? inlined;
    private readonly ConcurrentDictionary<ulong, IReadOnlyList<string>> inlinedAt = [];

    private ElfModule(
        SymbolIndex index, ElfSegment[] segments, SymbolSource source, string? problem, InlinedFunctions? inlined = null)
    {
        this.index = index;
        this.segments = segments;
        this.inlined = inlined;
        Source = source;
        Problem = problem;
    }

    public SymbolSource Source { get; }

    /// <summary>Why it has no symbols, as a sentence; null if it has some.</summary>
    public string? Problem { get; }

    public int Count => index.Count;

    public long SizeInBytes => index.SizeInBytes + (inlined?.SizeInBytes ?? 0) + 1000;

    /// <summary>Reads a file; never fails but for lack of memory.</summary>
    /// <param name="file">What to open.</param>
    /// <param name="path">The name that the process has for it.</param>
    /// <param name="find">What to open for another path of the process's root; null if it has no such file.</param>
    public static ElfModule Load(string file, string path, Func<string, string?> find)
    {
        ElfFile? elf = null, debug = null;
        InlinedFunctions? inlined = null;
        try
        {
            elf = ElfFile.Open(file);
            debug = HasAll(elf) ? null : DebugFile.Open(elf, path, find);
            var (index, source, problem) = ReadBest(elf, debug);
            inlined = InlinedFunctions.Of(elf, 0)
                ?? (debug is null ? null : InlinedFunctions.Of(debug, ElfSymbols.Moved(debug, elf)));
            return new ElfModule(index, [.. elf.Segments], source, index.Count > 0 ? null : problem, inlined);
        }
        catch (Exception e) when (e is BinaryFormatException or IOException or UnauthorizedAccessException)
        {
            return None(e.Message.Replace(file, path, StringComparison.Ordinal));
        }
        finally
        {
            DisposeUnlessOwned(elf, inlined);
            DisposeUnlessOwned(debug, inlined);
        }
    }

    public static ElfModule None(string problem) => new(SymbolIndex.Empty, [], SymbolSource.None, problem);

    /// <summary>
    /// The functions at a place in the file: those that are inlined there, innermost first, and the one that holds them
    /// with the distance from its start.
    /// </summary>
    /// <returns>Null if no symbol covers the place.</returns>
    public (IReadOnlyList<string> Inlined, string Name, ulong Distance)? FindAtOffset(ulong fileOffset)
    {
        if (ElfSegment.AddressOf(segments, fileOffset) is not { } address || index.Find(address) is not (>= 0 and var found))
        {
            return null;
        }

        var name = names.GetOrAdd(found, static (i, index) => Demangler.Demangle(index.Name(i)), index);
        return (InlinedAt(address), name, address - index.Start(found));
    }

    private IReadOnlyList<string> InlinedAt(ulong address)
    {
        if (inlined is null)
        {
            return [];
        }

        // Hot addresses come again with each process and session.
        if (inlinedAt.Count > MaxAddresses)
        {
            inlinedAt.Clear();
        }

        return inlinedAt.GetOrAdd(address, static (at, inlined) => inlined.At(at), inlined);
    }

    private static void DisposeUnlessOwned(ElfFile? file, InlinedFunctions? inlined)
    {
        if (file is not null && inlined?.Owns(file) != true)
        {
            file.Dispose();
        }
    }

    // Whether a debug file has nothing to add.
    private static bool HasAll(ElfFile elf) =>
        elf.Sections.Any(section => section.Type == SectionType.SymbolTable) && elf.Section(".debug_info") is not null;

    private static (SymbolIndex Index, SymbolSource Source, string? Problem) ReadBest(ElfFile elf, ElfFile? debug)
    {
        var problem = "it is stripped, and no debug file was found";
        if (TryRead(elf, SectionType.SymbolTable, elf, ref problem) is { Count: > 0 } own)
        {
            return (own, SymbolSource.SymbolTable, null);
        }

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
