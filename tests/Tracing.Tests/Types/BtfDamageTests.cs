using BpfDashboard.Tracing.Btf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Types;

/// <summary>Whatever the bytes are, reading every type of them ends, and fails only as it says.</summary>
public sealed class BtfDamageTests
{
    [Fact]
    public void Cut_bytes_are_refused()
    {
        var whole = Everything();
        Assert.Equal(15, VisitAll(whole));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<FormatException>(() => BtfTypes.Read(whole[..length]));
        }
    }

    [Fact]
    public void Flipped_bytes_end_in_types_or_in_a_format_exception()
    {
        var whole = Everything();
        var random = new Random(5);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = whole.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            refused += Survives(damaged) ? 0 : 1;
        }

        Assert.InRange(refused, 1000, 19_999);
    }

    private static bool Survives(byte[] btf)
    {
        try
        {
            VisitAll(btf);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Looks at everything that can be reached by a name, and counts it.</summary>
    private static int VisitAll(byte[] btf)
    {
        var types = BtfTypes.Read(btf);
        var seen = 0;
        foreach (var space in Enum.GetValues<TypeNames>())
        {
            foreach (var name in types.Names(space).ToList())
            {
                seen += Visit(types.Find(space, name));
            }
        }

        return seen + types.ConstantNames.Count(name => types.FindConstant(name) is not null);
    }

    private static int Visit(DataType? type) => type switch
    {
        StructType record => record.NamedMembers.Count(member => $"{member.Type}{member.Type.Size}".Length > 0),
        EnumType constants => constants.Constants.Count,
        _ => $"{type}{type?.Size}{type?.Unaliased}".Length > 0 ? 1 : 0,
    };

    /// <summary>One type of every kind.</summary>
    private static byte[] Everything()
    {
        var btf = new BtfBuilder();
        var number = btf.Int("int", 4);
        var pointer = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, btf.Of(BtfKind.Const, number), "user"));
        var array = btf.Array(pointer, 3);
        btf.Forward("later");
        var union = btf.Record(BtfKind.Union, "both", 8, false, ("a", number, 0), ("b", pointer, 0));
        btf.Record(BtfKind.Struct, "all", 48, true, ("bits", number, 7 << 24 | 3), ("", union, 64), ("list", array, 128));
        var small = btf.Enum("small", true, ("LESS", -1), ("MORE", 1));
        btf.Enum64("wide", ("HUGE", 1ul << 40));
        btf.Of(BtfKind.Typedef, btf.Of(BtfKind.Volatile, btf.Of(BtfKind.Restrict, small)), "alias");
        var function = btf.Function("call", number, ("first", pointer), ("second", array), ("", 0));
        btf.Add(BtfKind.Variable, "global", 0, number, 1);
        btf.Add(BtfKind.Section, ".data", 1, 4, 1, 0, 4);
        btf.Add(BtfKind.Float, "double", 0, 8);
        btf.Add(BtfKind.DeclarationTag, "tag", 0, function, 0);
        return btf.Build();
    }
}
