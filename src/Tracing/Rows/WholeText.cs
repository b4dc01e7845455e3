using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Rows;

/// <summary>
/// Structs, unions and arrays as <c>{name = value, …}</c>. What lies behind the bytes that were sent, or makes the text
/// too long, is an ellipsis.
/// </summary>
internal sealed class WholeText
{
    /// <summary>Longest text, in characters; an element that begins before is written.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Most fields of a list of them.</summary>
    public const int MaxFields = 2000;

    private const int MaxDepth = 32;
    private const string Rest = "…";

    private readonly StringBuilder text = new();
    private readonly int maxLength;

    private WholeText(int maxLength) => this.maxLength = maxLength;

    /// <summary>All of it in a line.</summary>
    /// <exception cref="FormatException">The type information is damaged.</exception>
    public static string Print(DataType type, string name, ReadOnlySpan<byte> bytes, int maxLength = MaxLength)
    {
        var whole = new WholeText(maxLength);
        whole.Append(type, name, bytes, 0);
        return whole.text.ToString();
    }

    /// <summary>Each field as <c>name = value</c>, those of inner structs as <c>outer.inner = value</c>.</summary>
    /// <exception cref="FormatException">The type information is damaged.</exception>
    public static IReadOnlyList<string> Fields(DataType type, string name, ReadOnlySpan<byte> bytes)
    {
        var fields = new List<string>();
        AddFields(fields, type, "", name, bytes, 0);
        return fields;
    }

    private static void AddFields(
        List<string> fields, DataType type, string path, string name, ReadOnlySpan<byte> bytes, int depth)
    {
        if (fields.Count >= MaxFields || depth > MaxDepth || bytes.IsEmpty)
        {
            AddRest(fields, path);
        }
        else if (type.Unaliased is StructType record && !IsAddress(record))
        {
            foreach (var member in record.NamedMembers)
            {
                var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                if (member.BitSize > 0)
                {
                    fields.Add($"{inner} = {Bits(member, bytes)}");
                }
                else
                {
                    AddFields(fields, member.Type, inner, member.Name, From(bytes, member.BitOffset / 8), depth + 1);
                }
            }
        }
        else if (type.Unaliased is ArrayType { Element.Unaliased: StructType or ArrayType } array)
        {
            for (var index = 0; index < array.Count && index * array.Element.Size < bytes.Length; index++)
            {
                AddFields(
                    fields, array.Element, $"{path}[{index}]", name, From(bytes, index * array.Element.Size), depth + 1);
            }
        }
        else
        {
            fields.Add($"{(path.Length == 0 ? name : path)} = {Print(type, name, bytes)}");
        }
    }

    private static void AddRest(List<string> fields, string path)
    {
        if (fields.Count == 0 || !fields[^1].EndsWith(Rest, StringComparison.Ordinal))
        {
            fields.Add($"{path} = {Rest}");
        }
    }

    private void Append(DataType type, string name, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > MaxDepth || text.Length > maxLength || bytes.Length < Math.Min(type.Size, 1))
        {
            text.Append('…');
            return;
        }

        switch (type.Unaliased)
        {
            case StructType record when IsAddress(record) && bytes.Length >= 16:
                text.Append(ScalarText.Address(bytes[..16]));
                break;
            case StructType record:
                AppendMembers(record, bytes, depth);
                break;
            case ArrayType { Element.Unaliased: IntegerType { Role: IntegerRole.Character, Name: "char" } } array:
                AppendText(bytes[..Math.Min(bytes.Length, array.Count)]);
                break;
            case ArrayType array:
                AppendElements(array, name, bytes, depth);
                break;
            default:
                AppendScalar(type, name, bytes);
                break;
        }
    }

    private void AppendMembers(StructType record, ReadOnlySpan<byte> bytes, int depth)
    {
        text.Append('{');
        var separator = "";
        foreach (var member in record.NamedMembers)
        {
            text.Append(separator);
            separator = ", ";
            var at = member.BitOffset / 8;
            if (text.Length > maxLength || (at >= bytes.Length && member.Type.Size > 0))
            {
                text.Append('…');
                break;
            }

            text.Append(member.Name).Append(" = ");
            if (member.BitSize > 0)
            {
                text.Append(Bits(member, bytes));
            }
            else
            {
                Append(member.Type, member.Name, From(bytes, at), depth + 1);
            }
        }

        text.Append('}');
    }

    private void AppendElements(ArrayType array, string name, ReadOnlySpan<byte> bytes, int depth)
    {
        text.Append('{');
        var size = array.Element.Size;
        for (var index = 0; index < array.Count; index++)
        {
            text.Append(index > 0 ? ", " : "");
            if (text.Length > maxLength || size == 0 || (index + 1) * (long)size > bytes.Length)
            {
                text.Append('…');
                break;
            }

            Append(array.Element, name, bytes.Slice(index * size, size), depth + 1);
        }

        text.Append('}');
    }

    private void AppendText(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        text.Append('"').Append(ScalarText.Text(end < 0 ? bytes : bytes[..end])).Append('"');
    }

    private void AppendScalar(DataType type, string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < type.Size)
        {
            text.Append('…');
            return;
        }

        text.Append((type.Unaliased, type.Size) switch
        {
            (FloatType, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture),
            (FloatType, 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture),
            (_, 1 or 2 or 4 or 8) => ScalarText.Show(type, name, Integer(type, bytes)).Text,
            (_, > 0) => $"0x{Convert.ToHexStringLower(Reversed(bytes[..type.Size]))}",
            _ => "{}",
        });
    }

    private static long Integer(DataType type, ReadOnlySpan<byte> bytes) =>
        (type.Size, Expressions.Checking.Conversions.Shape(type).IsSigned) switch
        {
            (1, true) => (sbyte)bytes[0],
            (1, _) => bytes[0],
            (2, true) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            (2, _) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (4, true) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            (4, _) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };

    private static string Bits(Member member, ReadOnlySpan<byte> bytes)
    {
        var (at, shift) = (member.BitOffset / 8, member.BitOffset % 8);
        if (at + ((shift + member.BitSize + 7) / 8) > bytes.Length)
        {
            return Rest;
        }

        // A field of 64 bits that begins within a byte reaches into a ninth.
        Span<byte> window = stackalloc byte[16];
        window.Clear();
        bytes[at..Math.Min(bytes.Length, at + 9)].CopyTo(window);
        var value = (ulong)(BinaryPrimitives.ReadUInt128LittleEndian(window) >> shift);
        var unused = 64 - member.BitSize;
        var isSigned = Expressions.Checking.Conversions.Shape(member.Type).IsSigned;
        var extended = isSigned ? (long)(value << unused) >> unused : (long)(value << unused >>> unused);
        return ScalarText.Show(member.Type, member.Name, extended).Text;
    }

    private static byte[] Reversed(ReadOnlySpan<byte> bytes)
    {
        var reversed = bytes.ToArray();
        Array.Reverse(reversed);
        return reversed;
    }

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length ? bytes[at..] : [];

    private static bool IsAddress(StructType record) => record is { Name: "in6_addr", Size: 16 };
}
