using System.Collections.Concurrent;
using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Types;

/// <summary>
/// Builds types of BTF by their numbers, each once. Structs refer to each other in circles, so their members wait until
/// somebody asks; every other circle is damage.
/// </summary>
internal sealed class BtfTypeBuilder(BtfIndex index)
{
    /// <summary>No type of C is a pointer to a pointer to… so often.</summary>
    private const int MaxDepth = 64;

    private readonly ConcurrentDictionary<uint, DataType> _types = new();

    /// <summary>The type of this number.</summary>
    /// <exception cref="FormatException">The BTF is damaged there.</exception>
    public DataType Type(uint id) => Type(id, 0);

    private DataType Type(uint id, int depth)
    {
        if (_types.TryGetValue(id, out var known))
        {
            return known;
        }

        return depth <= MaxDepth
            ? _types.GetOrAdd(id, Build(id, depth + 1))
            : throw new FormatException($"type {id} of the BTF is made of itself");
    }

    private DataType Build(uint id, int depth)
    {
        if (id == 0)
        {
            return VoidType.Instance;
        }

        var bytes = index.Bytes(id);
        var name = index.Text(BtfLayout.Word(bytes, 0));
        var word = BtfLayout.Word(bytes, 8); // a size, or the number of another type
        return BtfLayout.KindOf(bytes) switch
        {
            BtfKind.Integer => Integer(name, word, BtfLayout.Word(bytes, BtfLayout.TypeLength)),
            BtfKind.Float => new FloatType(name, Size(word)),
            BtfKind.Pointer => Pointer(word, depth),
            BtfKind.Array => Array(bytes, depth),
            BtfKind.Struct => new StructType(name, false, Size(word), () => Members(id)),
            BtfKind.Union => new StructType(name, true, Size(word), () => Members(id)),
            BtfKind.Enum or BtfKind.Enum64 =>
                new EnumType(name, ScalarSize(word), index.IsSignedEnum(id), () => BtfEnums.Read(index, id)),
            BtfKind.Forward => new ForwardType(name, BtfLayout.HasFlag(bytes)),
            BtfKind.Typedef => new TypedefType(name, Type(word, depth)),
            BtfKind.Prototype => Prototype(bytes, depth),
            BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.TypeTag or BtfKind.Function => Type(word, depth),
            var kind => throw new FormatException($"{kind} {id} of the BTF is used as a type"),
        };
    }

    /// <summary>The word behind an integer: encoding (signed 1, character 2, boolean 4), offset and number of bits.</summary>
    private static IntegerType Integer(string name, uint size, uint word)
    {
        var encoding = word >> 24 & 15;
        var role = (encoding & 4) != 0 ? IntegerRole.Boolean
            : (encoding & 2) != 0 || name is "char" or "signed char" or "unsigned char" ? IntegerRole.Character
            : IntegerRole.Number;
        return new IntegerType(name, ScalarSize(size), (encoding & 1) != 0, role);
    }

    /// <summary>A pointer's tags stand between it and what it points to.</summary>
    private PointerType Pointer(uint target, int depth)
    {
        var space = AddressSpace.Any;
        while (index.Kind(target) is BtfKind.TypeTag or BtfKind.Const or BtfKind.Volatile && depth++ < MaxDepth)
        {
            var bytes = index.Bytes(target);
            space = BtfLayout.KindOf(bytes) == BtfKind.TypeTag ? Space(index.Text(BtfLayout.Word(bytes, 0))) : space;
            target = BtfLayout.Word(bytes, 8);
        }

        return new PointerType(Type(target, depth), space);
    }

    private static AddressSpace Space(string tag) => tag switch
    {
        "user" => AddressSpace.User,
        "percpu" => AddressSpace.PerCpu,
        "rcu" => AddressSpace.Rcu,
        _ => AddressSpace.Any,
    };

    private ArrayType Array(ReadOnlySpan<byte> bytes, int depth)
    {
        var element = Type(BtfLayout.Word(bytes, 12), depth);
        var count = BtfLayout.Word(bytes, 20);
        return new ArrayType(element, Size((ulong)count * (uint)Math.Max(element.Size, 1)) / Math.Max(element.Size, 1));
    }

    private Member[] Members(uint id)
    {
        var bytes = index.Bytes(id);
        var members = new Member[BtfLayout.CountOf(bytes)];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = Member(bytes[(BtfLayout.TypeLength + (12 * i))..], BtfLayout.HasFlag(bytes));
        }

        return members;
    }

    /// <summary>With the flag the offset has the bits of a bit field in its top byte; before, the integer itself had them.</summary>
    private Member Member(ReadOnlySpan<byte> entry, bool hasBitFields)
    {
        var (id, offset) = (BtfLayout.Word(entry, 4), BtfLayout.Word(entry, 8));
        var (type, name) = (Type(id), index.Text(BtfLayout.Word(entry, 0)));
        var (shift, bits) = hasBitFields ? (0, (int)(offset >> 24)) : OldBitField(id, 0);
        var at = (hasBitFields ? offset & 0xffffff : offset) + (uint)shift;
        return at <= int.MaxValue && bits <= Math.Max(8 * type.Size, 0)
            ? new Member(name, type, (int)at, bits)
            : throw new FormatException($"member {name} of the BTF has an impossible place");
    }

    private (int Shift, int Bits) OldBitField(uint id, int depth)
    {
        var bytes = id == 0 ? [] : index.Bytes(id);
        if (id == 0 || BtfLayout.KindOf(bytes) != BtfKind.Integer)
        {
            var isAlias = id != 0 && depth < MaxDepth
                && BtfLayout.KindOf(bytes) is BtfKind.Typedef or BtfKind.Const or BtfKind.Volatile;
            return isAlias ? OldBitField(BtfLayout.Word(bytes, 8), depth + 1) : (0, 0);
        }

        var word = BtfLayout.Word(bytes, BtfLayout.TypeLength);
        var (shift, bits) = ((int)(word >> 16 & 255), (int)(word & 255));
        return bits == 8 * BtfLayout.Word(bytes, 8) ? (0, 0) : (shift, bits);
    }

    /// <summary>A last parameter without name and type stands for <c>...</c>.</summary>
    private FunctionType Prototype(ReadOnlySpan<byte> bytes, int depth)
    {
        var count = BtfLayout.CountOf(bytes);
        var parameters = new List<Parameter>(count);
        var isVariadic = false;
        for (var i = 0; i < count; i++)
        {
            var entry = bytes[(BtfLayout.TypeLength + (8 * i))..];
            var (name, type) = (BtfLayout.Word(entry, 0), BtfLayout.Word(entry, 4));
            isVariadic = i == count - 1 && name == 0 && type == 0;
            if (!isVariadic)
            {
                parameters.Add(new Parameter(index.Text(name), Type(type, depth)));
            }
        }

        return new FunctionType(Type(BtfLayout.Word(bytes, 8), depth), parameters, isVariadic);
    }

    private static int Size(ulong size) =>
        size <= int.MaxValue / 8 ? (int)size : throw new FormatException($"a type of {size} bytes in the BTF");

    private static int ScalarSize(uint size) =>
        size is 1 or 2 or 4 or 8 or 16 ? (int)size : throw new FormatException($"a number of {size} bytes in the BTF");
}
