using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Silence;

/// <summary>Where the calls of a function lead to that one file of a process makes.</summary>
/// <param name="Caller">The file that calls it.</param>
/// <param name="Code">The file that is called.</param>
/// <param name="FileOffset">The place in it.</param>
internal sealed record CallTarget(MappedCode Caller, MappedCode Code, ulong FileOffset);

/// <summary>
/// Reads, in the memory of a process, the addresses that its loader has bound a name to: the slots of the global offset
/// table. Nothing is guessed from search orders: these are the addresses that are called.
/// </summary>
internal static class CallTargets
{
    private const int MaxFiles = 300;

    /// <summary>One for each file that refers to the name, and whose slot was filled: a lazy one is at the first call.</summary>
    public static List<CallTarget> Find(LiveProcess process, string name)
    {
        var found = new List<CallTarget>();
        foreach (var caller in process.Code.Take(MaxFiles))
        {
            foreach (var slot in Slots(caller, name))
            {
                if (process.ReadWord(slot) is { } address && process.At(address) is var (code, offset)
                    && (code != caller || Defines(code, name, offset)))
                {
                    found.Add(new CallTarget(caller, code, offset));
                }
            }
        }

        return [.. found.Distinct()];
    }

    /// <summary>Whether a file refers to a name that another is to define.</summary>
    public static bool Refers(MappedCode file, string name) => Slots(file, name).Count > 0;

    // Before the first call a lazy slot leads back into the caller: that is no definition.
    private static bool Defines(MappedCode code, string name, ulong offset) =>
        ElfSlots.Read(code, elf => SymbolTable.Read(elf, SectionType.DynamicSymbols, elf)
            .Any(function => function.Name == name && function.FileOffset == offset));

    private static List<ulong> Slots(MappedCode file, string name) => ElfSlots.Read(file, elf => ElfSlots.Of(elf, file, name)) ?? [];
}

/// <summary>The slots of one ELF file that a loader fills with the addresses of names.</summary>
internal static class ElfSlots
{
    private const int RelocationSize = 24, SymbolSize = 24;

    // R_X86_64_64, R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT; the same of AArch64.
    private static readonly uint[] Addresses = [1, 6, 7, 257, 1025, 1026];

    /// <summary>Reads something of a mapped file; the default if it cannot be read.</summary>
    public static T? Read<T>(MappedCode file, Func<ElfFile, T> read)
    {
        try
        {
            if (file.Opened is not { } path)
            {
                return default;
            }

            using var elf = ElfFile.Open(path);
            return read(elf);
        }
        catch (BinaryFormatException)
        {
            return default;
        }
    }

    /// <summary>The addresses of the slots of a name, in the process that maps the file.</summary>
    public static List<ulong> Of(ElfFile elf, MappedCode file, string name)
    {
        var slots = new List<ulong>();
        if (Bias(elf, file) is not { } bias)
        {
            return slots;
        }

        foreach (var section in elf.Sections.Where(section => section.Type == SectionType.Relocations))
        {
            var symbols = elf.Sections.FirstOrDefault(other => other.Index == section.Link);
            var names = elf.Data(elf.Sections.FirstOrDefault(other => other.Index == symbols?.Link));
            Add(elf.Data(section), SymbolsNamed(elf.Data(symbols), names, name), bias, slots);
        }

        return slots;
    }

    private static void Add(ReadOnlySpan<byte> relocations, HashSet<uint> symbols, ulong bias, List<ulong> slots)
    {
        for (; symbols.Count > 0 && relocations.Length >= RelocationSize; relocations = relocations[RelocationSize..])
        {
            var info = BinaryPrimitives.ReadUInt64LittleEndian(relocations[8..]);
            if (symbols.Contains((uint)(info >> 32)) && Addresses.Contains((uint)info))
            {
                slots.Add(unchecked(bias + BinaryPrimitives.ReadUInt64LittleEndian(relocations)));
            }
        }
    }

    private static HashSet<uint> SymbolsNamed(ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> names, string name)
    {
        var found = new HashSet<uint>();
        for (uint i = 0; symbols.Length >= SymbolSize; i++, symbols = symbols[SymbolSize..])
        {
            if (IsAt(names, BinaryPrimitives.ReadUInt32LittleEndian(symbols), name))
            {
                found.Add(i);
            }
        }

        return found;
    }

    // Without making a string of each name: a browser's library has 100,000.
    private static bool IsAt(ReadOnlySpan<byte> names, uint offset, string name)
    {
        if (offset >= names.Length || names.Length - offset <= name.Length || names[(int)offset + name.Length] != 0)
        {
            return false;
        }

        var text = names.Slice((int)offset, name.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != name[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What the loader added to the file's addresses; null if the mapping fits to none of its segments.</summary>
    private static ulong? Bias(ElfFile elf, MappedCode file)
    {
        const ulong page = 0xfff;
        var line = file.Lines[0];
        foreach (var segment in elf.Segments.Where(segment => segment.IsExecutable))
        {
            if (line.Offset >= (segment.Offset & ~page) && line.Offset < segment.Offset + segment.FileSize)
            {
                return unchecked(line.Start - (segment.Address - segment.Offset + line.Offset));
            }
        }

        return null;
    }
}
