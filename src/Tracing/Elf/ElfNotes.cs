using System.Buffers.Binary;

namespace BpfDashboard.Tracing.Elf;

/// <summary>
/// Walks the notes of a section: sizes of name and content, type (4 bytes each), then name and content, each
/// padded to 4 bytes.
/// </summary>
internal ref struct ElfNotes(ReadOnlySpan<byte> rest)
{
    private const int HeaderSize = 12;
    private ReadOnlySpan<byte> rest = rest;

    /// <summary>The owner, without its zero.</summary>
    public ReadOnlySpan<byte> Owner { get; private set; }

    public uint Type { get; private set; }

    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Moves to the next whole note; false at the end, also when what is left is damaged.</summary>
    public bool Read()
    {
        if (rest.Length < HeaderSize)
        {
            return false;
        }

        var nameSize = (long)BinaryPrimitives.ReadUInt32LittleEndian(rest);
        var contentSize = (long)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        var contentAt = HeaderSize + Padded(nameSize);
        if (contentAt + contentSize > rest.Length)
        {
            return false;
        }

        Type = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
        Owner = rest.Slice(HeaderSize, (int)nameSize).TrimEnd((byte)0);
        Content = rest.Slice((int)contentAt, (int)contentSize);
        rest = rest[(int)Math.Min(rest.Length, contentAt + Padded(contentSize))..];
        return true;
    }

    private static long Padded(long size) => (size + 3) & ~3L;
}
