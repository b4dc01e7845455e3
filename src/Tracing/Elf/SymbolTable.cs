using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Elf;

/// <summary>The functions of one symbol table.</summary>
internal static class SymbolTable
{
    private const int EntrySize = 24;

    /// <summary>
    /// The defined functions of all tables of a type. <paramref name="loaded"/> is the file that is mapped at run
    /// time, whose segments give the offsets: <paramref name="elf"/> itself, or the file it holds the symbols for.
    /// </summary>
    public static List<UserFunction> Read(ElfFile elf, SectionType type, ElfFile loaded)
    {
        var functions = new List<UserFunction>();
        foreach (var section in elf.Sections.Where(section => section.Type == type))
        {
            var versions = type == SectionType.DynamicSymbols ? SymbolVersions.Read(elf) : null;
            Read(elf, section, versions, loaded, functions);
        }

        return functions;
    }

    private static void Read(
        ElfFile elf, ElfSection section, SymbolVersions? versions, ElfFile loaded, List<UserFunction> into)
    {
        var symbols = elf.Data(section);
        var names = elf.Data(elf.Sections.FirstOrDefault(other => other.Index == section.Link));

        // A hostile table can name one long string a million times. Real tables share no more than suffixes.
        var budget = (64L * names.Length) + 100_000;
        for (var i = 0; symbols.Length >= EntrySize; i++, symbols = symbols[EntrySize..])
        {
            if (ReadFunction(symbols, names, loaded) is not { } function)
            {
                continue;
            }

            budget -= function.Name.Length;
            if (budget < 0)
            {
                throw new BinaryFormatException($"{elf.Path} is damaged: its symbol names overlap without end.");
            }

            into.Add(versions is null ? WithVersionInName(function) : versions.Apply(i, function));
        }
    }

    /// <summary>
    /// One <c>Elf64_Sym</c>: name (4 bytes), info, other, section (2), value (8), size (8). Null unless it is a
    /// defined function in an executable segment.
    /// </summary>
    private static UserFunction? ReadFunction(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> names, ElfFile loaded)
    {
        const int function = 2, indirectFunction = 10, undefined = 0;
        var type = symbol[4] & 0xf;
        if (type is not (function or indirectFunction)
            || BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]) == undefined)
        {
            return null;
        }

        return loaded.CodeOffset(BinaryPrimitives.ReadUInt64LittleEndian(symbol[8..])) is { } offset
            && ElfText.At(names, BinaryPrimitives.ReadUInt32LittleEndian(symbol)) is { Length: > 0 } name
                ? new UserFunction(name, offset, IsIndirect: type == indirectFunction)
                : null;
    }

    // In .symtab a version is part of the name: memcpy@GLIBC_2.2.5, memcpy@@GLIBC_2.14.
    private static UserFunction WithVersionInName(UserFunction function)
    {
        var at = function.Name.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0)
        {
            return function;
        }

        var isDefault = function.Name.AsSpan(at).StartsWith("@@");
        var version = function.Name[(at + (isDefault ? 2 : 1))..];
        return version.Length == 0
            ? function
            : function with { Name = function.Name[..at], Version = version, IsDefaultVersion = isDefault };
    }
}

/// <summary>The versions of the symbols in <c>.dynsym</c>: <c>.gnu.version</c> and <c>.gnu.version_d</c>.</summary>
internal sealed class SymbolVersions
{
    private readonly ushort[] indices;
    private readonly Dictionary<int, string> names;

    private SymbolVersions(ushort[] indices, Dictionary<int, string> names)
    {
        this.indices = indices;
        this.names = names;
    }

    /// <summary>The versions of a file; null if its symbols have none.</summary>
    public static SymbolVersions? Read(ElfFile elf)
    {
        var section = elf.Sections.FirstOrDefault(section => section.Type == SectionType.VersionIndices);
        if (section is null)
        {
            return null;
        }

        var data = elf.Data(section);
        var indices = new ushort[data.Length / 2];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = BinaryPrimitives.ReadUInt16LittleEndian(data[(2 * i)..]);
        }

        return new SymbolVersions(indices, ReadDefinitions(elf));
    }

    /// <summary>Adds the version of the symbol with this index, if it has one.</summary>
    public UserFunction Apply(int symbol, UserFunction function)
    {
        const int hidden = 0x8000;
        return symbol < indices.Length && names.TryGetValue(indices[symbol] & ~hidden, out var version)
            ? function with { Version = version, IsDefaultVersion = (indices[symbol] & hidden) == 0 }
            : function;
    }

    /// <summary>
    /// A list linked by offsets: version, flags, index, count (2 bytes each), hash, offset of the name's entry,
    /// offset of the next (4 each). The definition with flag 1 is the file's own name.
    /// </summary>
    private static Dictionary<int, string> ReadDefinitions(ElfFile elf)
    {
        const int size = 20, isFileName = 1;
        var definitions = new Dictionary<int, string>();
        var section = elf.Sections.FirstOrDefault(section => section.Type == SectionType.VersionDefinitions);
        var strings = elf.Data(elf.Sections.FirstOrDefault(other => other.Index == section?.Link));
        for (var rest = elf.Data(section); rest.Length >= size;)
        {
            var flags = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            var index = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            var name = BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]);
            var next = BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]);
            if ((flags & isFileName) == 0 && name <= rest.Length - 8
                && ElfText.At(strings, BinaryPrimitives.ReadUInt32LittleEndian(rest[(int)name..])) is { } text)
            {
                definitions.TryAdd(index, text);
            }

            // Zero ends the list; anything less than a whole entry would make it a hostile one.
            rest = next >= size && next <= rest.Length ? rest[(int)next..] : [];
        }

        return definitions;
    }
}
