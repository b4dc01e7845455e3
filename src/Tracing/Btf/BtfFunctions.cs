using System.Buffers.Binary;
using System.Text;

namespace BpfDashboard.Tracing.Btf;

/// <summary>Reads the names of all functions from the kernel's BTF, and nothing else of it.</summary>
/// <remarks>
/// A header (magic, lengths and offsets of two sections), then the types one after another, then the strings. A type
/// is three words, the second of which has its kind, and more words by kind; so the others must be walked over.
/// </remarks>
internal static class BtfFunctions
{
    private const ushort Magic = 0xeb9f;
    private const int HeaderLength = 24;
    private const int TypeLength = 12;
    private const uint KindFunction = 12;

    /// <exception cref="FormatException">The bytes are no BTF, or are cut short.</exception>
    public static HashSet<string> Read(ReadOnlySpan<byte> btf)
    {
        var types = Section(Check(btf), 8);
        var strings = Section(btf, 16);
        var names = new HashSet<string>(60_000);
        while (!types.IsEmpty)
        {
            var (kind, length) = Measure(types);
            if (kind == KindFunction)
            {
                names.Add(Text(strings, Word(types, 0)));
            }

            types = types[length..];
        }

        return names;
    }

    private static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> btf) =>
        btf.Length >= HeaderLength && BinaryPrimitives.ReadUInt16LittleEndian(btf) == Magic
            ? btf
            : throw new FormatException("this is no BTF of a little-endian machine");

    /// <summary>A section, by where the header has its offset (counted from the header's end) and its length.</summary>
    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> btf, int at) =>
        Slice(Slice(btf, Word(btf, 4), (uint)btf.Length - Math.Min(Word(btf, 4), (uint)btf.Length)), Word(btf, at), Word(btf, at + 4));

    /// <summary>The kind of the type at the start, and its length in bytes.</summary>
    private static (uint Kind, int Length) Measure(ReadOnlySpan<byte> types)
    {
        if (types.Length < TypeLength)
        {
            throw new FormatException("a type of the BTF is cut short");
        }

        var info = Word(types, 4);
        var (kind, count) = (info >> 24 & 31, (int)(info & 0xffff));
        var length = TypeLength + kind switch
        {
            1 or 14 or 17 => 4, // INT, VAR, DECL_TAG
            3 => 12, // ARRAY
            4 or 5 or 15 or 19 => 12 * count, // STRUCT, UNION, DATASEC, ENUM64
            6 or 13 => 8 * count, // ENUM, FUNC_PROTO
            <= 18 => 0,
            _ => throw new FormatException($"type of the unknown kind {kind} in the BTF"),
        };
        return length <= types.Length ? (kind, length) : throw new FormatException("a type of the BTF is cut short");
    }

    private static string Text(ReadOnlySpan<byte> strings, uint offset)
    {
        var text = Slice(strings, offset, (uint)strings.Length - Math.Min(offset, (uint)strings.Length));
        var end = text.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(text[..end]) : throw new FormatException("a name of the BTF has no end");
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, uint offset, uint length) =>
        offset <= bytes.Length && length <= bytes.Length - offset
            ? bytes.Slice((int)offset, (int)length)
            : throw new FormatException("a section of the BTF is cut short");
}
