using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Tests.Types;

/// <summary>Writes BTF, type by type; each method returns the type's number, so that later ones can refer to it.</summary>
internal sealed class BtfBuilder
{
    private readonly List<uint> _words = [];
    private readonly MemoryStream _strings = Expandable();
    private readonly Dictionary<string, uint> _names = new() { [""] = 0 };
    private uint _count;

    /// <summary>The number that the next type will have.</summary>
    public uint Next => _count + 1;

    public uint Int(string name, uint size, uint encoding = 1, uint bits = 0, uint shift = 0) =>
        Add(BtfKind.Integer, name, 0, size, encoding << 24 | shift << 16 | (bits == 0 ? 8 * size : bits));

    public uint Of(BtfKind kind, uint target, string name = "") => Add(kind, name, 0, target);

    public uint Array(uint element, uint count) => Add(BtfKind.Array, "", 0, 0, element, 1, count);

    public uint Forward(string name, bool isUnion = false) => Add(BtfKind.Forward, name, isUnion ? 1u << 31 : 0, 0);

    /// <summary>Offsets in bits; a bit field has its size in the top byte.</summary>
    public uint Struct(string name, uint size, params (string Name, uint Type, uint Offset)[] members) =>
        Record(BtfKind.Struct, name, size, false, members);

    public uint Record(BtfKind kind, string name, uint size, bool hasBitFields, params (string Name, uint Type, uint Offset)[] members) =>
        Add(kind, name, (hasBitFields ? 1u << 31 : 0) | (uint)members.Length, size,
            [.. members.SelectMany(member => new[] { Name(member.Name), member.Type, member.Offset })]);

    public uint Enum(string name, bool isSigned, params (string Name, int Value)[] constants) =>
        Add(BtfKind.Enum, name, (isSigned ? 1u << 31 : 0) | (uint)constants.Length, 4,
            [.. constants.SelectMany(constant => new[] { Name(constant.Name), (uint)constant.Value })]);

    public uint Enum64(string name, params (string Name, ulong Value)[] constants) =>
        Add(BtfKind.Enum64, name, (uint)constants.Length, 8,
            [.. constants.SelectMany(constant => new[] { Name(constant.Name), (uint)constant.Value, (uint)(constant.Value >> 32) })]);

    public uint Function(string name, uint returns, params (string Name, uint Type)[] parameters)
    {
        var prototype = Prototype(returns, parameters);
        return Add(BtfKind.Function, name, 1, prototype);
    }

    public uint Prototype(uint returns, params (string Name, uint Type)[] parameters) =>
        Add(BtfKind.Prototype, "", (uint)parameters.Length, returns,
            [.. parameters.SelectMany(parameter => new[] { Name(parameter.Name), parameter.Type })]);

    public uint Add(BtfKind kind, string name, uint info, uint sizeOrType, params uint[] rest)
    {
        _words.AddRange([Name(name), (uint)kind << 24 | info, sizeOrType, .. rest]);
        return ++_count;
    }

    public byte[] Build()
    {
        var strings = _strings.ToArray();
        var bytes = new byte[24 + (_words.Count * 4) + strings.Length];
        uint[] header = [0x0001eb9f, 24, 0, (uint)_words.Count * 4, (uint)_words.Count * 4, (uint)strings.Length];
        foreach (var (i, word) in header.Concat(_words).Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), word);
        }

        strings.CopyTo(bytes, 24 + (_words.Count * 4));
        return bytes;
    }

    private uint Name(string name)
    {
        if (!_names.TryGetValue(name, out var offset))
        {
            _names[name] = offset = (uint)_strings.Length;
            _strings.Write(Encoding.UTF8.GetBytes(name + "\0"));
        }

        return offset;
    }

    private static MemoryStream Expandable()
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        return strings;
    }
}
