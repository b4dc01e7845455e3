using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// The functions of an ELF file by the address they were linked for, from its <c>.symtab</c>, else that of its debug
/// file, else its <c>.dynsym</c>.
/// </summary>
internal static class ElfSymbols
{
    /// <summary>Tables and names that are larger than this together are not read: no real program has them.</summary>
    private const ulong MaxTableSize = 1UL << 30;
    private const int MaxNames = 512 << 20;
    private const int EntrySize = 24;

    /// <summary>
    /// How far behind its end a function is still believed, if no other begins there: the padding that aligns the
    /// next one. Compilers give exact sizes, but sizes in assembler code are written by hand.
    /// </summary>
    private const uint Tolerance = 15;

    /// <param name="table">The file that has the symbols.</param>
    /// <param name="loaded">The file that is mapped: the same, or the one that the table was split off.</param>
    /// <exception cref="BinaryFormatException">The table is damaged.</exception>
    public static SymbolIndex Read(ElfFile table, SectionType type, ElfFile loaded)
    {
        var symbols = new List<Symbol>();
        var text = new NameText();
        foreach (var section in table.Sections.Where(section => section.Type == type))
        {
            Read(table, section, loaded, symbols, text);
        }

        symbols.Sort();
        return Build(Reduced(symbols), text.ToArray());
    }

    private static void Read(ElfFile table, ElfSection section, ElfFile loaded, List<Symbol> symbols, NameText text)
    {
        var strings = table.Sections.FirstOrDefault(other => other.Index == section.Link);
        if (section.Size > MaxTableSize || strings?.Size > MaxTableSize)
        {
            throw new BinaryFormatException($"{table.Path}: its symbol table is too large ({section.Size} bytes).");
        }

        var names = table.Data(strings);
        var sections = Extents(table);

        // A hostile table can name one long string a million times. Real tables share no more than suffixes.
        var budget = Math.Min(MaxNames, text.Length + (64L * names.Length) + 100_000);
        var moved = Moved(table, loaded);
        for (var entries = table.Data(section); entries.Length >= EntrySize; entries = entries[EntrySize..])
        {
            if (IsFunction(entries, sections, out var extent)
                && BinaryPrimitives.ReadUInt64LittleEndian(entries[8..]) + moved is var address
                && loaded.CodeOffset(address) is not null
                && NameOf(entries, names) is { IsEmpty: false } name && IsName(name, entries))
            {
                symbols.Add(Symbol.Of(entries, address, extent.End + moved, name, text.Add(name)));
                if (text.Length > budget)
                {
                    throw new BinaryFormatException($"{table.Path} is damaged: its symbol names overlap without end.");
                }
            }
        }
    }

    /// <summary>prelink(8) moves a library, but not its debug file: what to add to addresses of the latter.</summary>
    public static ulong Moved(ElfFile table, ElfFile loaded) =>
        table.Segments.Count > 0 && loaded.Segments.Count > 0 ? loaded.Segments[0].Address - table.Segments[0].Address : 0;

    private static Dictionary<int, (ulong End, bool IsExecutable)> Extents(ElfFile elf)
    {
        var extents = new Dictionary<int, (ulong, bool)>();
        foreach (var section in elf.Sections)
        {
            extents.TryAdd(section.Index, (section.Address + section.Size, section.IsExecutable));
        }

        return extents;
    }

    /// <summary>
    /// One <c>Elf64_Sym</c>: name (4 bytes), info, other, section (2), value (8), size (8). Functions, and marks
    /// without a type in code, as assembler code has them (<c>__restore_rt</c> of glibc).
    /// </summary>
    private static bool IsFunction(
        ReadOnlySpan<byte> symbol, Dictionary<int, (ulong End, bool IsExecutable)> sections, out (ulong End, bool IsCode) extent)
    {
        const int noType = 0, function = 2, indirectFunction = 10, undefined = 0, reserved = 0xff00, elsewhere = 0xffff;
        var (type, section) = (symbol[4] & 0xf, BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]));
        extent = sections.GetValueOrDefault(section, (ulong.MaxValue, false));
        return section switch
        {
            undefined => false,
            >= reserved and not elsewhere => false,
            _ => type is function or indirectFunction || (type == noType && extent.IsCode),
        };
    }

    // In .symtab a version is part of the name: memcpy@@GLIBC_2.14.
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> names)
    {
        var at = BinaryPrimitives.ReadUInt32LittleEndian(symbol);
        if (at >= names.Length)
        {
            return [];
        }

        var name = names[(int)at..];
        name = name[..Math.Min(name.Length, NameText.MaxLength)];
        var end = name.IndexOf((byte)0);
        name = end < 0 ? name : name[..end];
        return name.IndexOf((byte)'@') is > 0 and var version ? name[..version] : name;
    }

    // $x and $d mark code and data for disassemblers; .L begins what the assembler keeps to itself.
    private static bool IsName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> symbol) =>
        (symbol[4] & 0xf) != 0 || name[0] is not ((byte)'$' or (byte)'.');

    /// <summary>
    /// One symbol for each address, the best; and no marks within functions, where hand-written loops have them.
    /// </summary>
    private static List<Symbol> Reduced(List<Symbol> sorted)
    {
        var kept = new List<Symbol>(sorted.Count);
        var coveredTo = 0UL;
        foreach (var symbol in sorted)
        {
            if ((kept.Count > 0 && kept[^1].Address == symbol.Address) || (symbol.IsMark && symbol.Address < coveredTo))
            {
                continue;
            }

            kept.Add(symbol);
            coveredTo = symbol.IsMark ? coveredTo : Math.Max(coveredTo, symbol.Address + symbol.Size);
        }

        return kept;
    }

    private static SymbolIndex Build(List<Symbol> symbols, byte[] text)
    {
        var starts = new ulong[symbols.Count];
        var (lengths, names) = (new uint[symbols.Count], new int[symbols.Count]);
        var coveredTo = 0UL;
        for (var i = 0; i < symbols.Count; i++)
        {
            var gap = (i + 1 < symbols.Count ? symbols[i + 1].Address : ulong.MaxValue) - symbols[i].Address;
            var isWithinAnother = symbols[i].Address < coveredTo;
            (starts[i], names[i]) = (symbols[i].Address, symbols[i].Name);
            lengths[i] = LengthOf(symbols[i], gap, isWithinAnother ? 0 : Tolerance);
            coveredTo = Math.Max(coveredTo, symbols[i].Address + symbols[i].Size);
        }

        return new SymbolIndex(starts, lengths, names, text);
    }

    // Without a size, as in assembler code, a function ends where the next begins, or with its section.
    private static uint LengthOf(Symbol symbol, ulong gap, uint tolerance)
    {
        var length = symbol.Size > 0
            ? Math.Max(symbol.Size, Math.Min(symbol.Size + tolerance, gap))
            : Math.Min(gap, symbol.SectionEnd > symbol.Address ? symbol.SectionEnd - symbol.Address : 0);
        return (uint)Math.Min(length, uint.MaxValue);
    }

    /// <param name="Rank">The better of two at one address has the lower one.</param>
    private readonly record struct Symbol(ulong Address, ulong Size, ulong SectionEnd, int Rank, int Name, bool IsMark)
        : IComparable<Symbol>
    {
        public static Symbol Of(
            ReadOnlySpan<byte> entry, ulong address, ulong sectionEnd, ReadOnlySpan<byte> name, int nameAt)
        {
            var size = Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]), uint.MaxValue);
            var isMark = (entry[4] & 0xf) == 0;
            return new Symbol(address, size, sectionEnd, RankOf(entry, size, isMark, name), nameAt, isMark);
        }

        public int CompareTo(Symbol other) =>
            (Address, Rank, Name).CompareTo((other.Address, other.Rank, other.Name));

        /// <summary>
        /// perf's order: with a size before without, functions before marks, global before local, fewer leading
        /// underscores, longer names. But weak names are as good as global ones: in glibc they are the public ones
        /// (<c>read</c> is weak, <c>__read</c> is global).
        /// </summary>
        private static int RankOf(ReadOnlySpan<byte> entry, ulong size, bool isMark, ReadOnlySpan<byte> name)
        {
            var isLocal = entry[4] >> 4 == 0;
            var underscores = Math.Min(name.IndexOfAnyExcept((byte)'_') is >= 0 and var count ? count : name.Length, 15);
            return ((size == 0 ? 1 : 0) << 24) | ((isMark ? 1 : 0) << 23) | ((isLocal ? 1 : 0) << 22)
                | (underscores << 16) | (NameText.MaxLength - name.Length);
        }
    }
}
