using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Types;

/// <summary>Reads the constants of enums: two words each (name, value), three in an ENUM64 (value in two halves).</summary>
internal static class BtfEnums
{
    /// <summary>Which constant of an enum has this name, or -1.</summary>
    public static int Find(BtfIndex index, uint id, ReadOnlySpan<byte> name)
    {
        var type = index.Bytes(id);
        for (var i = 0; i < Count(type); i++)
        {
            if (index.Name(BtfLayout.Word(type, At(type, i))).SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The constants of an enum.</summary>
    public static IReadOnlyList<EnumConstant> Read(BtfIndex index, uint id)
    {
        var type = index.Bytes(id);
        var isSigned = index.IsSignedEnum(id);
        var constants = new EnumConstant[Count(type)];
        for (var i = 0; i < constants.Length; i++)
        {
            var at = At(type, i);
            constants[i] = new(index.Text(BtfLayout.Word(type, at)), Value(type, at + 4, isSigned));
        }

        return constants;
    }

    private static long Value(ReadOnlySpan<byte> type, int at, bool isSigned)
    {
        var low = BtfLayout.Word(type, at);
        return BtfLayout.KindOf(type) == BtfKind.Enum64 ? (long)((ulong)BtfLayout.Word(type, at + 4) << 32 | low)
            : isSigned ? (int)low
            : low;
    }

    private static int Count(ReadOnlySpan<byte> type) => BtfLayout.CountOf(type);

    private static int At(ReadOnlySpan<byte> type, int constant) =>
        BtfLayout.TypeLength + (constant * (BtfLayout.KindOf(type) == BtfKind.Enum64 ? 12 : 8));
}
