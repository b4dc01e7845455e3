using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Elf;

/// <summary>Reads what an ELF file offers to probes. A pure function of the file and its debug file.</summary>
internal static class ElfBinary
{
    /// <exception cref="BinaryFormatException">No readable ELF program or library of this machine.</exception>
    public static Binary Read(string path)
    {
        using var elf = ElfFile.Open(path);
        return new Binary(path, ReadFunctions(elf), UsdtNotes.Read(elf), ReadNeeded(elf));
    }

    /// <summary>
    /// Functions by file offset and name. A name that occurs twice at one place (in both tables, or under two
    /// versions) is listed once: <c>.dynsym</c> knows the versions, and the default version is the one people mean.
    /// </summary>
    private static List<UserFunction> ReadFunctions(ElfFile elf)
    {
        var found = new Dictionary<(string, ulong), UserFunction>();
        Add(SymbolTable.Read(elf, SectionType.DynamicSymbols, elf));
        if (elf.Sections.Any(section => section.Type == SectionType.SymbolTable))
        {
            Add(SymbolTable.Read(elf, SectionType.SymbolTable, elf));
        }
        else if (DebugFile.Open(elf) is { } debug)
        {
            using (debug)
            {
                Add(SymbolTable.Read(debug, SectionType.SymbolTable, elf));
            }
        }

        return [.. found.Values.OrderBy(f => f.FileOffset).ThenBy(f => f.Name, StringComparer.Ordinal)];

        void Add(IEnumerable<UserFunction> functions)
        {
            foreach (var function in functions)
            {
                var key = (function.Name, function.FileOffset);
                if (!found.TryGetValue(key, out var known) || Tells(function) > Tells(known))
                {
                    found[key] = function;
                }
            }
        }
    }

    // A version tells more than none, the default version more than an old one.
    private static int Tells(UserFunction function) =>
        (function.Version, function.IsDefaultVersion) switch { (null, _) => 0, (_, false) => 1, _ => 2 };

    private static List<string> ReadNeeded(ElfFile elf)
    {
        const ulong end = 0, needed = 1;
        var names = new List<string>();
        var section = elf.Sections.FirstOrDefault(section => section.Type == SectionType.Dynamic);
        var strings = elf.Data(elf.Sections.FirstOrDefault(other => other.Index == section?.Link));
        for (var entries = elf.Data(section); entries.Length >= 16; entries = entries[16..])
        {
            var tag = BinaryPrimitives.ReadUInt64LittleEndian(entries);
            if (tag == end)
            {
                break;
            }

            if (tag == needed && ElfText.At(strings, BinaryPrimitives.ReadUInt64LittleEndian(entries[8..])) is { } name)
            {
                names.Add(name);
            }
        }

        return names;
    }
}
