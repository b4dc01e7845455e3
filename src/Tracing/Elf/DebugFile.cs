using System.Buffers.Binary;
using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Elf;

/// <summary>Finds the separate file that holds the symbols of a stripped one, as gdb does.</summary>
internal static class DebugFile
{
    private const string DebugFolder = "/usr/lib/debug";

    // Holes make a file of any size for nothing.
    private const ulong MaxSizeForChecksum = 4UL << 30;

    /// <summary>The debug file, open, if there is one that was made from this very build.</summary>
    public static ElfFile? Open(ElfFile elf) => Open(elf, Path.GetFullPath(elf.Path), path => path);

    /// <summary>The same for a file of another root.</summary>
    /// <param name="path">The file's name in that root.</param>
    /// <param name="find">What to open for a path of that root; null if it has no such file.</param>
    public static ElfFile? Open(ElfFile elf, string path, Func<string, string?> find)
    {
        var id = BuildId(elf);
        return OpenById(id, find) ?? OpenLinked(elf, id, path, find);
    }

    private static ElfFile? OpenById(string id, Func<string, string?> find)
    {
        return id.Length >= 2
            ? TryOpen(find($"{DebugFolder}/.build-id/{id[..2].ToLowerInvariant()}/{id[2..].ToLowerInvariant()}.debug"), Matches)
            : null;

        bool Matches(ElfFile debug) => BuildId(debug) == id;
    }

    /// <summary>The <c>NT_GNU_BUILD_ID</c> note in hexadecimal, or an empty string.</summary>
    private static string BuildId(ElfFile elf)
    {
        const uint buildIdNote = 3;
        foreach (var section in elf.Sections.Where(section => section.Type == SectionType.Note))
        {
            var notes = new ElfNotes(elf.Data(section));
            while (notes.Read())
            {
                if (notes.Type == buildIdNote && notes.Owner.SequenceEqual("GNU"u8) && notes.Content.Length <= 64)
                {
                    return Convert.ToHexString(notes.Content);
                }
            }
        }

        return "";
    }

    /// <summary><c>.gnu_debuglink</c>: a file name, a zero, padding to 4 bytes, the CRC-32 of the debug file.</summary>
    private static ElfFile? OpenLinked(ElfFile elf, string id, string path, Func<string, string?> find)
    {
        var link = elf.Data(elf.Section(".gnu_debuglink"));
        if (link.Length < 8
            || ElfText.At(link, 0) is not { Length: > 0 } name
            || name.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(link[^4..]);
        var folder = Path.GetDirectoryName(path) ?? "/";
        string[] places = [$"{folder}/{name}", $"{folder}/.debug/{name}", $"{DebugFolder}{folder}/{name}"];
        return places.Select(place => TryOpen(find(place), Matches)).FirstOrDefault(debug => debug is not null);

        // Comparing build ids spares reading some hundred megabytes for the checksum.
        bool Matches(ElfFile debug) => id.Length > 0
            ? BuildId(debug) == id
            : FileIdentity.Of(debug.Path)?.Size <= MaxSizeForChecksum && Crc32.OfFile(debug.Path) == crc;
    }

    // A debug file that is missing, damaged or of another build is as good as none.
    private static ElfFile? TryOpen(string? path, Func<ElfFile, bool> matches)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        ElfFile? debug = null;
        try
        {
            debug = ElfFile.Open(path);
            if (matches(debug))
            {
                return debug;
            }
        }
        catch (Exception e) when (e is BinaryFormatException or IOException or UnauthorizedAccessException)
        {
        }

        debug?.Dispose();
        return null;
    }
}

/// <summary>The checksum of zlib, which <c>.gnu_debuglink</c> uses.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Shift((uint)i))];

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static uint OfFile(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[1 << 16];
        var crc = uint.MaxValue;
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            foreach (var value in buffer.AsSpan(0, read))
            {
                crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
            }
        }

        return ~crc;
    }

    private static uint Shift(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ 0xedb88320 : value >> 1;
        }

        return value;
    }
}
