using BpfDashboard.Tracing.Btf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Types;

public sealed class BtfTypesTests
{
    [Fact]
    public void A_struct_has_its_members_also_those_of_anonymous_ones()
    {
        var btf = new BtfBuilder();
        var number = btf.Int("int", 4);
        var port = btf.Of(BtfKind.Typedef, btf.Int("short unsigned int", 2, 0), "__be16");
        var inner = btf.Record(BtfKind.Union, "", 4, false, ("word", number, 0), ("half", port, 0));
        btf.Struct("outer", 12, ("first", number, 0), ("", inner, 32), ("self", btf.Of(BtfKind.Pointer, 6), 64));
        var outer = Struct(btf, "outer");

        Assert.Equal("first@0 word@32 half@32 self@64", string.Join(' ', outer.NamedMembers.Select(At)));
        Assert.Equal("__be16", outer.Find("half")?.Type.ToString());
        Assert.True(outer.Find("half")?.Type.IsBigEndian);
        Assert.Equal(outer, Assert.IsType<PointerType>(outer.Find("self")?.Type).Target);
        Assert.Null(outer.Find("other"));
        Assert.Equal("struct outer *", outer.Find("self")?.Type.ToString());
    }

    [Fact]
    public void Bit_fields_are_read_in_both_ways_of_writing_them()
    {
        var btf = new BtfBuilder();
        var number = btf.Int("unsigned int", 4, 0);
        var threeBits = btf.Int("unsigned int", 4, 0, bits: 3, shift: 1);
        btf.Record(BtfKind.Struct, "flagged", 4, true, ("a", number, 5 << 24 | 2), ("b", number, 0));
        btf.Struct("old", 4, ("a", btf.Of(BtfKind.Const, threeBits), 8), ("b", number, 0));

        Assert.Equal("a@2:5 b@0", string.Join(' ', Struct(btf, "flagged").Members.Select(At)));
        Assert.Equal("a@9:3 b@0", string.Join(' ', Struct(btf, "old").Members.Select(At)));
    }

    [Fact]
    public void The_first_definition_of_a_name_counts_but_not_a_declaration()
    {
        var btf = new BtfBuilder();
        var number = btf.Int("int", 4);
        btf.Forward("sock");
        btf.Struct("sock", 4, ("first", number, 0));
        btf.Struct("sock", 8, ("second", number, 0));
        btf.Forward("sock");
        btf.Forward("opaque", isUnion: true);
        var types = BtfTypes.Read(btf.Build());

        Assert.Equal(4, types.Find(TypeNames.Struct, "sock")?.Size);
        Assert.Null(types.Find(TypeNames.Union, "sock"));
        Assert.Equal(new ForwardType("opaque", true), types.Find(TypeNames.Union, "opaque"));
        Assert.Null(types.Find(TypeNames.Struct, ""));
    }

    [Fact]
    public void Constants_have_the_sign_and_width_of_their_enum()
    {
        var btf = new BtfBuilder();
        btf.Enum("signed", true, ("MINUS", -1), ("ONE", 1));
        btf.Enum("", false, ("BIG", -1));
        btf.Enum64("wide", ("HUGE", 0x1_0000_0002));
        var types = BtfTypes.Read(btf.Build());

        Assert.Equal(-1, types.FindConstant("MINUS")?.Constant.Value);
        Assert.Equal(0xffff_ffff, types.FindConstant("BIG")?.Constant.Value);
        Assert.Equal(0x1_0000_0002, types.FindConstant("HUGE")?.Constant.Value);
        Assert.Equal("enum wide", types.FindConstant("HUGE")?.Enum.ToString());
        Assert.Null(types.FindConstant("ON"));
        Assert.Equal(["MINUS", "ONE", "BIG", "HUGE"], types.ConstantNames);
    }

    /// <summary>pahole before 1.24 did not set the flag on any enum.</summary>
    [Fact]
    public void Without_any_flag_of_signs_enums_are_signed()
    {
        var btf = new BtfBuilder();
        btf.Enum("old", false, ("MINUS", -1));
        Assert.Equal(-1, BtfTypes.Read(btf.Build()).FindConstant("MINUS")?.Constant.Value);
    }

    [Fact]
    public void Functions_have_named_parameters_and_pointers_their_address_space()
    {
        var btf = new BtfBuilder();
        var text = btf.Of(BtfKind.Const, btf.Int("char", 1));
        var user = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, text, "user"));
        var perCpu = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, text, "percpu"));
        var arena = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, text, "address_space(1)"));
        btf.Function("f", 1, ("name", user), ("counter", perCpu), ("arena", arena), ("", 0));
        var function = Assert.IsType<FunctionType>(BtfTypes.Read(btf.Build()).Find(TypeNames.Function, "f"));

        Assert.Equal("char (char __user *, char __percpu *, char *, ...)", function.ToString());
        Assert.Equal(["name", "counter", "arena"], function.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Types_print_as_c_declares_them()
    {
        var pointers = new ArrayType(new PointerType(CoreTypes.Char), 3);
        var callback = new FunctionType(CoreTypes.Int, [new("", new PointerType(VoidType.Instance))], false);
        Assert.Equal("char *[3]", pointers.ToString());
        Assert.Equal("char *(*)[3]", new PointerType(pointers).ToString());
        Assert.Equal("int (*)(void *)", new PointerType(callback).ToString());
        Assert.Equal("void (*)(void)", new PointerType(new FunctionType(VoidType.Instance, [], false)).ToString());
        Assert.Equal("unsigned long long[]", new ArrayType(CoreTypes.UnsignedLongLong, 0).ToString());
    }

    [Fact]
    public void What_is_made_of_itself_is_damage()
    {
        var btf = new BtfBuilder();
        btf.Of(BtfKind.Typedef, 2, "a");
        btf.Of(BtfKind.Pointer, 1);
        var itself = btf.Struct("itself", 8, ("", 3, 0));
        btf.Of(BtfKind.Typedef, 4, "own");
        btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, 6, "user"));
        btf.Of(BtfKind.Typedef, 5, "tags");
        var types = BtfTypes.Read(btf.Build());

        Assert.Equal(3u, itself);
        Assert.Throws<FormatException>(() => types.Find(TypeNames.Typedef, "a"));
        Assert.Throws<FormatException>(() => types.Find(TypeNames.Typedef, "own"));
        Assert.Throws<FormatException>(() => types.Find(TypeNames.Typedef, "tags"));
        Assert.Throws<FormatException>(() => Struct(types, "itself").Find("x"));
    }

    private static StructType Struct(BtfBuilder btf, string name) => Struct(BtfTypes.Read(btf.Build()), name);

    private static StructType Struct(BtfTypes types, string name) =>
        Assert.IsType<StructType>(types.Find(TypeNames.Struct, name));

    private static string At(Member member) =>
        $"{member.Name}@{member.BitOffset}{(member.BitSize > 0 ? $":{member.BitSize}" : "")}";
}
