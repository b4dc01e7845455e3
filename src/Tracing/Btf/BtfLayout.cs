using System.Buffers.Binary;
using System.Text;

namespace BpfDashboard.Tracing.Btf;

/// <summary>The kinds of types in BTF, by the numbers of linux/btf.h.</summary>
internal enum BtfKind : byte
{
    Void = 0,
    Integer = 1,
    Pointer = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Forward = 7,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Function = 12,
    Prototype = 13,
    Variable = 14,
    Section = 15,
    Float = 16,
    DeclarationTag = 17,
    TypeTag = 18,
    Enum64 = 19,
}

/// <summary>
/// How BTF lies in its bytes: a header (magic, lengths and offsets of two sections), then the types one after another,
/// then the strings. A type is three words, the second of which has its kind, and more words by kind.
/// </summary>
internal static class BtfLayout
{
    /// <summary>Bytes that every type has; what is particular to its kind comes behind them.</summary>
    public const int TypeLength = 12;

    private const ushort Magic = 0xeb9f;
    private const int HeaderLength = 24;

    /// <summary>The places of the types and of the strings.</summary>
    /// <exception cref="FormatException">The bytes are no BTF, or are cut short.</exception>
    public static (Range Types, Range Strings) Sections(ReadOnlySpan<byte> btf) =>
        btf.Length >= HeaderLength && BinaryPrimitives.ReadUInt16LittleEndian(btf) == Magic
            ? (Section(btf, 8), Section(btf, 16))
            : throw new FormatException("this is no BTF of a little-endian machine");

    /// <summary>The kind of the type at the start, and its length in bytes.</summary>
    /// <exception cref="FormatException">The kind is unknown, or the type is cut short.</exception>
    public static (BtfKind Kind, int Length) Measure(ReadOnlySpan<byte> types)
    {
        if (types.Length < TypeLength)
        {
            throw new FormatException("a type of the BTF is cut short");
        }

        var (kind, count) = (KindOf(types), CountOf(types));
        var length = TypeLength + kind switch
        {
            BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
            BtfKind.Array => 12,
            BtfKind.Struct or BtfKind.Union or BtfKind.Section or BtfKind.Enum64 => 12 * count,
            BtfKind.Enum or BtfKind.Prototype => 8 * count,
            <= BtfKind.TypeTag => 0,
            _ => throw new FormatException($"type of the unknown kind {(int)kind} in the BTF"),
        };
        return length <= types.Length ? (kind, length) : throw new FormatException("a type of the BTF is cut short");
    }

    /// <summary>The kind of the type at the start.</summary>
    public static BtfKind KindOf(ReadOnlySpan<byte> type) => (BtfKind)(Word(type, 4) >> 24 & 31);

    /// <summary>How many members, constants or parameters the type at the start has.</summary>
    public static int CountOf(ReadOnlySpan<byte> type) => (int)(Word(type, 4) & 0xffff);

    /// <summary>The flag whose meaning depends on the kind: bit fields, signed constants, a union declared.</summary>
    public static bool HasFlag(ReadOnlySpan<byte> type) => Word(type, 4) >> 31 != 0;

    /// <summary>The bytes of the name at an offset, without its end.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> strings, uint offset)
    {
        var text = strings[(int)Math.Min(offset, (uint)strings.Length)..];
        var end = text.IndexOf((byte)0);
        return end >= 0 ? text[..end] : throw new FormatException("a name of the BTF has no end");
    }

    /// <summary>The name at an offset.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static string Text(ReadOnlySpan<byte> strings, uint offset) => Encoding.UTF8.GetString(Name(strings, offset));

    /// <summary>Four bytes as a number.</summary>
    public static uint Word(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    /// <summary>A section, by where the header has its offset (counted from the header's end) and its length.</summary>
    private static Range Section(ReadOnlySpan<byte> btf, int at)
    {
        var start = (ulong)Word(btf, 4) + Word(btf, at);
        var end = start + Word(btf, at + 4);
        return end <= (ulong)btf.Length
            ? (int)start..(int)end
            : throw new FormatException("a section of the BTF is cut short");
    }
}
