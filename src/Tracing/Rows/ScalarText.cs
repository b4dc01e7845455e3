using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Rows;

/// <summary>Scalars as people read them: by their type, and where that leaves it open, by their name.</summary>
internal static class ScalarText
{
    /// <summary>The value in words.</summary>
    /// <param name="name">The member or expression: an <c>__be32</c> whose name has "addr" in it is an address.</param>
    /// <param name="value">Extended to 64 bits from the type's width.</param>
    public static ShownValue Show(DataType type, string name, long value) => type.Unaliased switch
    {
        PointerType => new(Hexadecimal(value)),
        EnumType constants => Constant(constants, value),
        IntegerType { Role: IntegerRole.Boolean } => new(value == 0 ? "false" : "true", Decimal(type, value)),
        IntegerType when IsCharacter(type) => new(Character((byte)value), Decimal(type, value)),
        IntegerType when type.IsBigEndian => new(
            IsAddress(type, name) ? Address(value) : Number(type, value).ToString(CultureInfo.InvariantCulture),
            Hexadecimal(value)),
        _ => new(Decimal(type, value)),
    };

    /// <summary>The number that people mean: in the host's byte order, of the type's sign.</summary>
    public static Int128 Number(DataType type, long value) => (type.IsBigEndian, type.Size) switch
    {
        (true, 2) => BinaryPrimitives.ReverseEndianness((ushort)value),
        (true, 4) => BinaryPrimitives.ReverseEndianness((uint)value),
        (true, 8) => BinaryPrimitives.ReverseEndianness((ulong)value),
        _ => Conversions.Shape(type).IsSigned ? value : (ulong)value,
    };

    /// <summary>Whether a value of this type is a number to people too, and not the sign of something else.</summary>
    public static bool IsNumber(DataType type, string name) =>
        type.Unaliased is IntegerType { Role: not IntegerRole.Boolean } && !IsCharacter(type) && !IsAddress(type, name);

    /// <summary>An IPv4 address of 4 bytes or an IPv6 address of 16, in network byte order.</summary>
    public static string Address(ReadOnlySpan<byte> bytes) => new IPAddress(bytes).ToString();

    /// <summary>An IPv4 address as it was read: 4 bytes in network byte order.</summary>
    public static string Address(long value) => new IPAddress((long)(uint)value).ToString();

    public static string Hexadecimal(long value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    /// <summary>The constant's name; names with | between them where the constants are single bits.</summary>
    private static ShownValue Constant(EnumType type, long value)
    {
        var number = Decimal(type, value);
        if (type.Constants.FirstOrDefault(constant => constant.Value == value) is { } found)
        {
            return new(found.Name, number);
        }

        var bits = type.Constants.Where(constant => long.PopCount(constant.Value) == 1 && (value & constant.Value) != 0)
            .DistinctBy(constant => constant.Value).ToList();
        return bits.Count > 1 && bits.Aggregate(0L, (sum, bit) => sum | bit.Value) == value
            ? new(string.Join('|', bits.Select(bit => bit.Name)), number)
            : new(number);
    }

    private static string Decimal(DataType type, long value) => Conversions.Shape(type).IsSigned
        ? value.ToString(CultureInfo.InvariantCulture)
        : ((ulong)value).ToString(CultureInfo.InvariantCulture);

    // u8 and its like are small numbers, though C calls them characters.
    private static bool IsCharacter(DataType type) => type is IntegerType { Name: "char" };

    private static bool IsAddress(DataType type, string name) =>
        type is { IsBigEndian: true, Size: 4 } && name.Contains("addr", StringComparison.OrdinalIgnoreCase);

    private static string Character(byte code) => code switch
    {
        (byte)'\'' => @"'\''",
        (byte)'\\' => @"'\\'",
        >= 0x20 and < 0x7f => $"'{(char)code}'",
        0 => @"'\0'",
        (byte)'\n' => @"'\n'",
        (byte)'\t' => @"'\t'",
        (byte)'\r' => @"'\r'",
        _ => string.Create(CultureInfo.InvariantCulture, $@"'\x{code:x2}'"),
    };

    /// <summary>Bytes as a text that is valid Unicode: what is not UTF-8 is U+FFFD, control characters stay.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The same where different bytes must differ: what is not UTF-8 is <c>\xff</c>.</summary>
    public static string Distinct(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            _ = isText ? text.Append(rune.ToString()) : text.Append(CultureInfo.InvariantCulture, $@"\x{bytes[0]:x2}");
            bytes = bytes[(isText ? length : 1)..];
        }

        return text.ToString();
    }
}
