using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Elf;

/// <summary>The statically defined probes of a file, which SystemTap's <c>sys/sdt.h</c> writes into notes.</summary>
internal static class UsdtNotes
{
    private const uint ProbeNote = 3;

    /// <summary>Probes in the order of provider and name, each with its distinct places.</summary>
    public static List<UsdtProbe> Read(ElfFile elf)
    {
        var sites = new List<(string Provider, string Name, UsdtSite Site)>();
        var baseAddress = elf.Section(".stapsdt.base")?.Address;
        foreach (var section in elf.Sections.Where(IsProbeSection))
        {
            var notes = new ElfNotes(elf.Data(section));
            while (notes.Read())
            {
                if (notes.Type == ProbeNote && notes.Owner.SequenceEqual("stapsdt"u8)
                    && ReadSite(elf, notes.Content, baseAddress) is { } site)
                {
                    sites.Add(site);
                }
            }
        }

        return [.. sites
            .GroupBy(site => (site.Provider, site.Name))
            .OrderBy(probe => probe.Key.Provider, StringComparer.Ordinal)
            .ThenBy(probe => probe.Key.Name, StringComparer.Ordinal)
            .Select(probe => new UsdtProbe(probe.Key.Provider, probe.Key.Name,
                [.. probe.Select(site => site.Site).DistinctBy(site => site.FileOffset)]))];
    }

    private static bool IsProbeSection(ElfSection section) =>
        section is { Type: SectionType.Note, Name: ".note.stapsdt" };

    /// <summary>
    /// Addresses of the place, of <c>.stapsdt.base</c> when the note was written, and of the semaphore (0: none),
    /// 8 bytes each; then provider, name and operands, each ending in a zero.
    /// </summary>
    private static (string, string, UsdtSite)? ReadSite(ElfFile elf, ReadOnlySpan<byte> note, ulong? baseAddress)
    {
        if (note.Length < 24)
        {
            return null;
        }

        // prelink moves the program after the note was written; the section .stapsdt.base moves with it.
        var noteBase = BinaryPrimitives.ReadUInt64LittleEndian(note[8..]);
        var moved = baseAddress is { } now && noteBase != 0 ? now - noteBase : 0;
        var semaphore = BinaryPrimitives.ReadUInt64LittleEndian(note[16..]);
        var place = elf.CodeOffset(BinaryPrimitives.ReadUInt64LittleEndian(note) + moved);
        var semaphorePlace = semaphore == 0 ? 0 : elf.DataOffset(semaphore + moved);

        var text = note[24..];
        var (provider, name, arguments) = (Next(ref text), Next(ref text), Next(ref text));
        return place is { } at && semaphorePlace is { } flag && provider is { Length: > 0 } && name is { Length: > 0 }
            ? (provider, name, new UsdtSite(at, flag, arguments ?? ""))
            : null;
    }

    private static string? Next(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        if (end is < 0 or > ElfText.MaxLength)
        {
            text = [];
            return null;
        }

        var word = Encoding.UTF8.GetString(text[..end]);
        text = text[(end + 1)..];
        return word;
    }
}
