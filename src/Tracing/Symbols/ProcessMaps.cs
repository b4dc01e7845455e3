using System.Buffers.Text;
using System.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>A line of <c>/proc/PID/maps</c> about code.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address after it.</param>
/// <param name="Offset">Where in the file the first address lies, in bytes.</param>
/// <param name="Device">As in <see cref="Binding.FileIdentity"/>.</param>
/// <param name="Name">Path, or a name in brackets, or empty; as the kernel wrote it.</param>
internal readonly record struct MapsLine(
    ulong Start, ulong End, ulong Offset, ulong Device, ulong Inode, string Name)
{
    /// <summary>What the kernel adds to the name of a file that has been deleted or replaced.</summary>
    public const string Deleted = " (deleted)";

    /// <summary>As <c>/proc/PID/map_files</c> names the mapping.</summary>
    public string Range => $"{Start:x}-{End:x}";
}

/// <summary>
/// Reads <c>/proc/PID/maps</c>. Lines look like
/// <c>7f1c2a000000-7f1c2a028000 r-xp 00026000 fe:01 1573     /usr/lib/x86_64-linux-gnu/libc.so.6</c>.
/// </summary>
internal static class ProcessMaps
{
    /// <summary>More mappings of code than this are not kept of one process.</summary>
    public const int MaxMappings = 65_536;

    /// <summary>The executable mappings by ascending address; whatever is no line of that kind is passed over.</summary>
    public static List<MapsLine> Parse(ReadOnlySpan<byte> text)
    {
        var mappings = new List<MapsLine>();
        var lastName = "";
        while (!text.IsEmpty && mappings.Count < MaxMappings)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];

            // Ascending they are; were they not, searching would go wrong.
            if (ParseLine(line, lastName) is { } mapping && (mappings.Count == 0 || mapping.Start >= mappings[^1].End))
            {
                mappings.Add(mapping);
                lastName = mapping.Name;
            }
        }

        return Mended(mappings);
    }

    /// <summary>
    /// Some programs move the middle of their code to huge pages (node --use-largepages): then memory without a file
    /// lies where the file was, between two parts of it that were not moved.
    /// </summary>
    private static List<MapsLine> Mended(List<MapsLine> mappings)
    {
        for (var i = 1; i + 1 < mappings.Count; i++)
        {
            var (before, middle, after) = (mappings[i - 1], mappings[i], mappings[i + 1]);
            if (middle.Inode == 0 && before.Inode != 0 && (before.Device, before.Inode) == (after.Device, after.Inode)
                && before.End == middle.Start && middle.End == after.Start
                && after.Offset - before.Offset == after.Start - before.Start)
            {
                mappings[i] = before with
                {
                    Start = middle.Start,
                    End = middle.End,
                    Offset = before.Offset + (middle.Start - before.Start),
                };
            }
        }

        return mappings;
    }

    private static MapsLine? ParseLine(ReadOnlySpan<byte> line, string lastName)
    {
        if (!Hex(ref line, '-', out var start) || !Hex(ref line, ' ', out var end) || start >= end
            || line.Length < 5 || line[2] != 'x' || line[4] != ' ')
        {
            return null;
        }

        line = line[5..];
        if (!Hex(ref line, ' ', out var offset) || !Hex(ref line, ':', out var major) || !Hex(ref line, ' ', out var minor)
            || !Utf8Parser.TryParse(line, out ulong inode, out var digits))
        {
            return null;
        }

        var name = line[digits..].TrimStart((byte)' ');
        return new MapsLine(start, end, offset, (major << 32) | minor, inode, Text(name, lastName));
    }

    private static bool Hex(ref ReadOnlySpan<byte> line, char end, out ulong value)
    {
        var isRead = Utf8Parser.TryParse(line, out value, out var length, 'x') && length < line.Length && line[length] == end;
        line = isRead ? line[(length + 1)..] : line;
        return isRead;
    }

    // Mappings of a file stand together; one string serves them all. A line feed in a name is written as \012.
    private static string Text(ReadOnlySpan<byte> name, string lastName)
    {
        var text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, NameText.MaxLength)]);
        return text == lastName ? lastName : text.Replace("\\012", "\n", StringComparison.Ordinal);
    }
}
