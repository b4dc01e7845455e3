using BpfDashboard.Tracing.Dwarf;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Dwarf;

/// <summary>Enums, prototypes, several source files, C++.</summary>
public sealed class DwarfTypesTests
{
    [Theory]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4", "-gstrict-dwarf")]
    [InlineData("-gdwarf-3", "-gstrict-dwarf")]
    [InlineData("-gdwarf-4", "-fdebug-types-section")]
    public void Enums_have_the_values_of_their_constants(params string[] options)
    {
        using var debugging = new Debugging();
        var file = debugging.Library(
            """
            enum mixed { MINUS = -2, ZERO = 0, MANY = 200, LARGE = 70000 } a;
            enum plain { ONE = 1, HIGH = 0xfffffff0 } b;
            enum wide { HUGE = 0x123456789abcdef0, NEGATIVE = -0x7000000000000000 } c;
            enum __attribute__((packed)) small { TINY = 200, TINIEST = 3 } d;
            enum { NAMELESS = 4711 } e;
            """, options);
        Assert.Equal(
            [("mixed", 4, "MINUS=-2 ZERO=0 MANY=200 LARGE=70000"), ("plain", 4, "ONE=1 HIGH=4294967280"),
                ("wide", 8, "HUGE=1311768467463790320 NEGATIVE=-8070450532247928832"), ("small", 1, "TINY=200 TINIEST=3")],
            [Enum(file, "mixed"), Enum(file, "plain"), Enum(file, "wide"), Enum(file, "small")]);
        Assert.True(((EnumType)file.Types.Find(TypeNames.Enum, "mixed")!).IsSigned);
        Assert.False(((EnumType)file.Types.Find(TypeNames.Enum, "plain")!).IsSigned);
    }

    [Fact]
    public void A_constant_is_found_by_its_name()
    {
        using var debugging = new Debugging();
        var file = debugging.Library("enum colour { RED = 3, GREEN = -5 } a; enum { NAMELESS = 4711 } b; enum { OTHER = 1 } c;");
        Assert.Equal(("colour", -5), file.Types.FindConstant("GREEN") is var (type, constant) ? (type.Name, constant.Value) : default);
        Assert.Equal(4711, file.Types.FindConstant("NAMELESS")?.Constant.Value);
        Assert.Null(file.Types.FindConstant("colour"));
        Assert.Equal(["GREEN", "NAMELESS", "OTHER", "RED"], file.Types.ConstantNames.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-5", "-O2")]
    [InlineData("-gdwarf-5", "-O2", "-flto")]
    public void Prototypes_have_parameters_and_what_is_returned(params string[] options)
    {
        using var debugging = new Debugging();
        var file = debugging.Library(
            """
            #include <stddef.h>
            struct request { int id; };
            typedef unsigned int id_type;
            int handle(struct request *request, const char *text, size_t length) { return request->id + (text[0] == 'a') + (int)length; }
            void nothing(void) { __asm__ volatile(""); }
            int print(const char *format, ...) { return format[0]; }
            static id_type __attribute__((noinline)) hidden(unsigned char c, long long wide, _Bool flag) { __asm__ volatile(""); return c + wide + flag; }
            struct request *(*choose(int (*compare)(void *, void *), struct request by_value))(int) { return compare(&by_value, 0) ? NULL : (void *)hidden; }
            id_type use(int n) { return hidden(n, n, n); }
            static inline __attribute__((always_inline)) int inlined(int alpha, short beta) { return alpha * beta; }
            int calls(int x) { return inlined(x, 4); }
            """, options);
        Assert.Equal("int (struct request *, char *, size_t)", $"{file.Prototype("handle")}");
        Assert.Equal(["request", "text", "length"], file.Prototype("handle")?.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["id"], Assert.IsType<StructType>(((PointerType)file.Prototype("handle")!.Parameters[0].Type).Target).Members.Select(it => it.Name));
        Assert.Equal("void (void)", $"{file.Prototype("nothing")}");
        Assert.Equal((true, "int (char *, ...)"), (file.Prototype("print")?.IsVariadic ?? false, $"{file.Prototype("print")}"));
        Assert.Equal("id_type (unsigned char, long long int, _Bool)", $"{file.Prototype("hidden")}");
        Assert.Equal(["c", "wide", "flag"], file.Prototype("hidden")?.Parameters.Select(parameter => parameter.Name));
        Assert.Equal("struct request *(*(int (*)(void *, void *), struct request))(int)", $"{file.Prototype("choose")}");
        Assert.Equal("int (int, short int)", $"{file.Prototype("inlined")}");
        Assert.Null(file.Prototype("no_such_function"));
        Assert.Null(file.Prototype("request"));
    }

    [Theory]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4", "-fdebug-types-section")]
    public void What_one_source_file_declares_and_another_defines_is_known(params string[] options)
    {
        using var debugging = new Debugging();
        var program = debugging.Compile(
            "gcc",
            [
                ("a.c", "struct opaque; struct never; int defined_in_b(struct opaque *it, struct never *no); int main(void) { return defined_in_b(0, 0); } struct opaque *pointer; struct never *nothing;"),
                ("b.c", "struct opaque { long value; }; struct never; int defined_in_b(struct opaque *it, struct never *no) { return it ? it->value : 0; }"),
            ],
            ["-g", .. options]);
        var file = Debugging.Open(program);
        Assert.Equal(["value"], Debugging.Struct(file, "opaque").Members.Select(member => member.Name));
        Assert.Equal(new ForwardType("never", false), file.Types.Find(TypeNames.Struct, "never"));
        Assert.Equal(["it", "no"], file.Prototype("defined_in_b")?.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(8, ((PointerType)file.Prototype("defined_in_b")!.Parameters[0].Type).Target.Size);
    }

    [Fact]
    public void A_function_that_the_source_names_otherwise_is_known_by_its_place()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile(
            "gcc",
            [("main.c", """
                int inner(int value, char *text) { return value + text[0]; }
                extern int alias(int value, char *text) __attribute__((alias("inner")));
                static int chosen(long much) { return much; }
                static void *choose(void) { return chosen; }
                int indirect(long much) __attribute__((ifunc("choose")));
                int main(int argc, char **argv) { return alias(argc, argv[0]) + indirect(1); }
                """)],
            "-g", "-O1");
        var file = Debugging.Open(program);
        var functions = ElfBinary.Read(program).Functions.ToLookup(function => function.Name);
        Assert.Null(file.Prototype("alias"));
        Assert.Equal(["value", "text"], file.Prototype(functions["alias"].Single())?.Parameters.Select(parameter => parameter.Name));
        Assert.NotEqual("void *(void)", $"{file.Prototype(functions["indirect"].Single())}");
        Assert.Equal("void *(void)", $"{file.Prototype(functions["choose"].Single())}");
    }

    [Fact]
    public void Of_functions_in_assembler_no_parameters_are_known()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile(
            "gcc",
            [
                ("main.c", "int bare(int value); int main(void) { return bare(1); }"),
                ("bare.s", ".globl bare\n.type bare, @function\nbare: mov %edi, %eax\n ret\n.size bare, . - bare\n.section .note.GNU-stack,\"\",@progbits\n"),
            ],
            "-g");
        var file = Debugging.Open(program);
        Assert.NotEqual("void (void)", $"{file.Prototype("bare")}");
        Assert.Equal("int (void)", $"{file.Prototype("main")}");
    }

    [Fact]
    public void What_all_files_see_counts_before_what_one_file_keeps_for_itself()
    {
        using var debugging = new Debugging();
        var program = debugging.Compile(
            "gcc",
            [
                ("a.c", "static int __attribute__((noinline, used)) same(char *hidden) { __asm__ volatile(\"\"); return 0; } int main(void) { return same(0); }"),
                ("b.c", "long same(int visible) { return visible; }"),
            ],
            "-g");
        Assert.Equal("long int (int)", $"{Debugging.Open(program).Prototype("same")}");
    }

    [Theory]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-4", "-fdebug-types-section")]
    public void Classes_are_structs_in_which_the_members_of_their_bases_are_found(params string[] options)
    {
        using var debugging = new Debugging();
        var program = debugging.Compile(
            "g++",
            [("classes.cc", """
                #include <stddef.h>
                #include <stdio.h>
                struct Base { int first; static int shared; virtual ~Base() {} };
                int Base::shared = 1;
                class Second { public: long second; };
                namespace deep { namespace er { struct Inner { char inner; enum class Kind : unsigned char { A = 1, B = 255 } kind; }; int work(Inner &in, const Inner &&moved, int Inner::*member); } }
                class Derived : public Base, public Second { public: int third; deep::er::Inner in; int method(int by) const; };
                int Derived::method(int by) const { return third + by; }
                int deep::er::work(Inner &in, const Inner &&moved, int Inner::*member) { return in.inner + moved.inner + (member != nullptr); }
                extern "C" int plain(decltype(nullptr) nothing, bool flag, wchar_t letter) { return flag + letter; }
                int main() {
                    Derived it; deep::er::Inner inner{};
                    printf("%zu\n", sizeof it);
                    printf("first %zu\nsecond %zu\nthird %zu\nin %zu\n", (char *)&it.first - (char *)&it, (char *)&it.second - (char *)&it, (char *)&it.third - (char *)&it, (char *)&it.in - (char *)&it);
                    return it.method(1) * 0 + deep::er::work(inner, deep::er::Inner{}, nullptr) * 0 + plain(nullptr, true, L'x') * 0;
                }
                """)],
            ["-w", .. options]);
        var file = Debugging.Open(program);
        var derived = Debugging.Struct(file, "Derived");
        var members = derived.NamedMembers.Where(member => !member.Name.StartsWith("_vptr", StringComparison.Ordinal));
        Assert.Equal(
            NativeTools.Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            (IEnumerable<string>)[$"{derived.Size}", .. members.Select(member => $"{member.Name} {member.BitOffset / 8}")]);
        Assert.Equal("int (struct Derived *, int)", $"{file.Prototype("_ZNK7Derived6methodEi")}");
        Assert.Equal(["this", "by"], file.Prototype("method")?.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["in", "moved", "member"], file.Prototype("work")?.Parameters.Select(parameter => parameter.Name));
        Assert.Equal("int (void *, bool, wchar_t)", $"{file.Prototype("plain")}".Replace("(void,", "(void *,", StringComparison.Ordinal));
        Assert.Equal(["inner", "kind"], Debugging.Struct(file, "Inner").Members.Select(member => member.Name));
    }

    [Fact]
    public void All_names_are_listed_once()
    {
        using var debugging = new Debugging();
        var file = debugging.Library("struct a { int x; } a; struct b; struct b *b; union c { int x; } c; typedef int number; number f(void) { return 1; } enum e { E } e;");
        Assert.Equal(["a", "b"], file.Types.Names(TypeNames.Struct));
        Assert.Equal(["c"], file.Types.Names(TypeNames.Union));
        Assert.Equal(["number"], file.Types.Names(TypeNames.Typedef));
        Assert.Equal(["f"], file.Types.Names(TypeNames.Function));
        Assert.Equal(["e"], file.Types.Names(TypeNames.Enum));
    }

    private static (string, int, string) Enum(DwarfFile file, string name)
    {
        var type = Assert.IsType<EnumType>(file.Types.Find(TypeNames.Enum, name));
        return (type.Name, type.Size, string.Join(' ', type.Constants.Select(constant => $"{constant.Name}={constant.Value}")));
    }
}
