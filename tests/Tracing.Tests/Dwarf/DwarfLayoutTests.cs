using BpfDashboard.Tracing.Dwarf;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Dwarf;

/// <summary>Members lie where the program itself says they do.</summary>
public sealed class DwarfLayoutTests
{
    private const string Program = """
        #include <stddef.h>
        #include <stdio.h>
        #include <string.h>

        struct plain { char a; short b; int c; long long d; unsigned char e; _Bool f; float g; double h; long double i; };
        struct arrays { int grid[3][5]; char name[16]; struct plain many[2]; char *words[4]; long rest[]; };
        struct bits { unsigned a : 1; unsigned b : 3; int c : 7; unsigned d : 30; unsigned char e : 2; unsigned long f : 40; _Bool g : 1; int h; };
        struct __attribute__((packed)) tight { char a; int b; unsigned c : 5; unsigned long d : 41; short e; };
        union either { int number; char bytes[12]; struct { short low, high; }; };
        struct nested { int kind; union { struct { int x, y; }; long both; }; struct { char in; } named; union either either; const volatile int fixed; };
        struct node { struct node *next; const char *text; int (*compare)(const struct node *, const struct node *); enum colour { RED, GREEN = 7 } colour; };
        typedef struct { int only; } anonymous_t;

        // Types that nothing is of are left out.
        struct { struct plain a; struct bits c; struct tight d; union either e; struct nested f; struct node g; struct arrays b; } all_used;

        #define SIZE(type) printf("%s: %zu\n", #type, sizeof(type));
        #define MEMBER(type, member) printf("%s.%s: %zu\n", #type, #member, 8 * offsetof(type, member));
        #define BITS(type, member) { \
            union { type value; unsigned char bytes[sizeof(type)]; } all; int first = -1, count = 0; \
            memset(&all, 0, sizeof all); all.value.member = -1; \
            for (int i = 0; i < 8 * (int)sizeof(type); i++) \
                if (all.bytes[i / 8] >> i % 8 & 1) { if (first < 0) first = i; count++; } \
            printf("%s.%s: %d (%d)\n", #type, #member, first, count); }

        int main(void)
        {
            SIZE(struct plain) MEMBER(struct plain, a) MEMBER(struct plain, b) MEMBER(struct plain, c) MEMBER(struct plain, d)
            MEMBER(struct plain, e) MEMBER(struct plain, f) MEMBER(struct plain, g) MEMBER(struct plain, h) MEMBER(struct plain, i)
            SIZE(struct arrays) MEMBER(struct arrays, grid) MEMBER(struct arrays, name) MEMBER(struct arrays, many)
            MEMBER(struct arrays, words) MEMBER(struct arrays, rest)
            SIZE(struct bits) BITS(struct bits, a) BITS(struct bits, b) BITS(struct bits, c) BITS(struct bits, d)
            BITS(struct bits, e) BITS(struct bits, f) BITS(struct bits, g) MEMBER(struct bits, h)
            SIZE(struct tight) MEMBER(struct tight, a) MEMBER(struct tight, b) BITS(struct tight, c) BITS(struct tight, d) MEMBER(struct tight, e)
            SIZE(union either) MEMBER(union either, number) MEMBER(union either, bytes) MEMBER(union either, low) MEMBER(union either, high)
            SIZE(struct nested) MEMBER(struct nested, kind) MEMBER(struct nested, x) MEMBER(struct nested, y) MEMBER(struct nested, both)
            MEMBER(struct nested, named) MEMBER(struct nested, either) MEMBER(struct nested, fixed)
            SIZE(struct node) MEMBER(struct node, next) MEMBER(struct node, text) MEMBER(struct node, compare) MEMBER(struct node, colour)
            anonymous_t used = { 0 };
            return used.only;
        }
        """;

    [Theory]
    [InlineData("gcc", "-g")]
    [InlineData("gcc", "-gdwarf-5", "-O2")]
    [InlineData("gcc", "-gdwarf-4")]
    [InlineData("gcc", "-gdwarf-4", "-gstrict-dwarf")]
    [InlineData("gcc", "-gdwarf-3", "-gstrict-dwarf")]
    [InlineData("gcc", "-gdwarf-2", "-gstrict-dwarf")]
    [InlineData("gcc", "-gdwarf-4", "-fdebug-types-section")]
    [InlineData("gcc", "-gdwarf-5", "-fdebug-types-section")]
    [InlineData("gcc", "-g", "-gz")]
    [InlineData("gcc", "-g", "-O2", "-flto")]
    [InlineData("clang", "-gdwarf-5")]
    [InlineData("clang", "-gdwarf-4")]
    [InlineData("clang", "-gdwarf-2")]
    public void Members_lie_where_the_program_says(string compiler, params string[] options)
    {
        using var debugging = new Debugging();
        var program = debugging.Compile(compiler, [("layout.c", Program)], [.. options, "-w"]);
        var file = Debugging.Open(program);
        var expected = NativeTools.Run(program);
        Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries), Lines(file));
    }

    [Fact]
    public void Types_are_printed_as_they_were_declared()
    {
        using var debugging = new Debugging();
        var file = Debugging.Open(debugging.Compile("gcc", [("layout.c", Program)], "-g", "-w"));
        Assert.Equal(
            ["int[3][5]", "char[16]", "struct plain[2]", "char *[4]", "long int[]"],
            Debugging.Struct(file, "arrays").Members.Select(member => $"{member.Type}"));
        Assert.Equal(
            ["struct node *", "char *", "int (*)(struct node *, struct node *)", "enum colour"],
            Debugging.Struct(file, "node").Members.Select(member => $"{member.Type}"));
        Assert.Equal(
            ["int", "", "named", "either", "fixed"],
            Debugging.Struct(file, "nested").Members.Select(member => member.Name is "kind" ? $"{member.Type}" : member.Name));
        Assert.Equal(
            [new IntegerType("_Bool", 1, false, IntegerRole.Boolean), new FloatType("float", 4), new FloatType("double", 8), new FloatType("long double", 16)],
            Debugging.Struct(file, "plain").Members.Skip(5).Select(member => member.Type));
        Assert.Equal(
            [new IntegerType("char", 1, true, IntegerRole.Character), new IntegerType("short int", 2, true), new IntegerType("int", 4, true), new IntegerType("long long int", 8, true)],
            Debugging.Struct(file, "plain").Members.Take(4).Select(member => member.Type));
    }

    [Fact]
    public void A_struct_that_refers_to_itself_is_one_type()
    {
        using var debugging = new Debugging();
        var file = Debugging.Open(debugging.Compile("gcc", [("layout.c", Program)], "-g", "-w"));
        var node = Debugging.Struct(file, "node");
        Assert.Same(node, Assert.IsType<PointerType>(node.Find("next")?.Type).Target);
        Assert.Same(node, file.Types.Find(TypeNames.Struct, "node"));
    }

    [Fact]
    public void A_struct_without_a_name_is_found_by_its_typedef()
    {
        using var debugging = new Debugging();
        var file = Debugging.Open(debugging.Compile("gcc", [("layout.c", Program)], "-g", "-w"));
        var type = Assert.IsType<TypedefType>(file.Types.Find(TypeNames.Typedef, "anonymous_t"));
        Assert.Equal(["only"], Assert.IsType<StructType>(type.Target).Members.Select(member => member.Name));
    }

    private static IEnumerable<string> Lines(DwarfFile file)
    {
        string[] names = ["plain", "arrays", "bits", "tight", "either", "nested", "node"];
        foreach (var name in names)
        {
            var type = Assert.IsType<StructType>(file.Types.Find(name == "either" ? TypeNames.Union : TypeNames.Struct, name));
            yield return $"{type}: {type.Size}";
            foreach (var member in type.NamedMembers)
            {
                yield return $"{type}.{member.Name}: {member.BitOffset}{(member.BitSize > 0 ? $" ({member.BitSize})" : "")}";
            }
        }
    }
}
