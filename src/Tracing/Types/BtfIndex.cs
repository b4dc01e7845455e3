using System.Numerics;
using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Types;

/// <summary>
/// Where each type of BTF begins, and which type has a name: a hash table of type numbers, which compares names in the
/// bytes themselves, so that 150,000 types cost two arrays of numbers and no string.
/// </summary>
internal sealed class BtfIndex
{
    private readonly byte[] _btf;
    private readonly int[] _offsets;
    private readonly int[] _slots;
    private readonly Range _strings;
    private bool _enumsHaveSigns;

    /// <exception cref="FormatException">The bytes are no BTF, or are cut short.</exception>
    public BtfIndex(byte[] btf)
    {
        _btf = btf;
        (var types, _strings) = BtfLayout.Sections(btf);
        var (offsets, named) = Walk(types);
        _offsets = offsets;
        _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)(named * 2) + 1)];
        for (var id = 1; id < _offsets.Length; id++)
        {
            Add(id);
        }
    }

    /// <summary>How many types there are, void (number 0) included.</summary>
    public int Count => _offsets.Length;

    /// <summary>The bytes of one type and of everything behind it.</summary>
    /// <exception cref="FormatException">There is no type of this number.</exception>
    public ReadOnlySpan<byte> Bytes(uint id) =>
        id > 0 && id < (uint)_offsets.Length
            ? _btf.AsSpan(_offsets[id])
            : throw new FormatException($"the BTF refers to type {id}, which it does not have");

    /// <summary>The kind of a type.</summary>
    /// <exception cref="FormatException">There is no type of this number.</exception>
    public BtfKind Kind(uint id) => id == 0 ? BtfKind.Void : BtfLayout.KindOf(Bytes(id));

    /// <summary>The bytes of a name, by its place among the strings.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public ReadOnlySpan<byte> Name(uint offset) => BtfLayout.Name(_btf.AsSpan(_strings), offset);

    /// <summary>The name at a place among the strings.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public string Text(uint offset) => BtfLayout.Text(_btf.AsSpan(_strings), offset);

    /// <summary>
    /// Whether the constants of an enum may be negative. Compilers and pahole before 1.24 did not say: then every enum
    /// counts as signed, as it does for libbpf.
    /// </summary>
    public bool IsSignedEnum(uint id) => !_enumsHaveSigns || BtfLayout.HasFlag(Bytes(id));

    /// <summary>The number of the type of this name, 0 if there is none.</summary>
    public int Find(TypeNames space, ReadOnlySpan<byte> name) => _slots[SlotOf(space, name)];

    /// <summary>The numbers of all types that have a name in a name space.</summary>
    public IEnumerable<uint> All(TypeNames space)
    {
        for (var id = 1u; id < _offsets.Length; id++)
        {
            if (SpaceOf(Bytes(id)) == space)
            {
                yield return id;
            }
        }
    }

    /// <summary>Where the types begin, and how many have names that can be asked for.</summary>
    private (int[] Offsets, int Named) Walk(Range types)
    {
        var offsets = new List<int>(_btf.Length / 32) { 0 };
        var named = 0;
        for (var rest = (ReadOnlySpan<byte>)_btf.AsSpan(types); !rest.IsEmpty;)
        {
            var (kind, length) = BtfLayout.Measure(rest);
            offsets.Add(types.End.Value - rest.Length);
            named += SpaceOf(rest) is null ? 0 : 1;
            _enumsHaveSigns |= kind == BtfKind.Enum && BtfLayout.HasFlag(rest);
            rest = rest[length..];
        }

        return ([.. offsets], named);
    }

    /// <summary>Of several types of one name the first counts, but one that is only declared gives way.</summary>
    private void Add(int id)
    {
        var bytes = Bytes((uint)id);
        if (SpaceOf(bytes) is { } space && Name(BtfLayout.Word(bytes, 0)) is { IsEmpty: false } name)
        {
            ref var slot = ref _slots[SlotOf(space, name)];
            if (slot == 0 || (Kind((uint)slot) == BtfKind.Forward && BtfLayout.KindOf(bytes) != BtfKind.Forward))
            {
                slot = id;
            }
        }
    }

    /// <summary>The slot that has the name, or that is free for it. Half of them are always free.</summary>
    private int SlotOf(TypeNames space, ReadOnlySpan<byte> name)
    {
        var mask = _slots.Length - 1;
        var at = Hash(space, name) & mask;
        while (_slots[at] is not 0 and var id && !Is(id, space, name))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private bool Is(int id, TypeNames space, ReadOnlySpan<byte> name)
    {
        var bytes = Bytes((uint)id);
        return SpaceOf(bytes) == space && Name(BtfLayout.Word(bytes, 0)).SequenceEqual(name);
    }

    private static TypeNames? SpaceOf(ReadOnlySpan<byte> type) => BtfLayout.KindOf(type) switch
    {
        BtfKind.Struct => TypeNames.Struct,
        BtfKind.Union => TypeNames.Union,
        BtfKind.Forward => BtfLayout.HasFlag(type) ? TypeNames.Union : TypeNames.Struct,
        BtfKind.Enum or BtfKind.Enum64 => TypeNames.Enum,
        BtfKind.Typedef => TypeNames.Typedef,
        BtfKind.Function => TypeNames.Function,
        _ => null,
    };

    // FNV-1a.
    private static int Hash(TypeNames space, ReadOnlySpan<byte> name)
    {
        var hash = 2166136261u ^ (uint)space;
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return (int)(hash ^ hash >> 15) & int.MaxValue;
    }
}
