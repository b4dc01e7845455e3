using System.Globalization;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Usdt;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Usdt;

/// <summary>The operands of USDT notes.</summary>
public sealed class UsdtOperandTests
{
    [Theory]
    [InlineData("-4@$5", "int 5")]
    [InlineData("4@$-1", "unsigned int 4294967295")]
    [InlineData("-1@$200", "signed char -56")]
    [InlineData("1@$-1", "unsigned char 255")]
    [InlineData("8@$0x7fffffffffffffff", "unsigned long 9223372036854775807")]
    [InlineData("-8@$0xffffffffffffffff", "long -1")]
    [InlineData("-8@$18446744073709551615", "long -1")]
    [InlineData("8@$18446744073709551616", "unsigned long ? '8@$18446744073709551616' is no operand that we know")]
    [InlineData("-2@$010", "short 8")]
    [InlineData("$-7", "long -7")]
    [InlineData("-4@%edi", "int rdi[0..4]")]
    [InlineData("8@%rax", "unsigned long rax[0..8]")]
    [InlineData("1@%al", "unsigned char rax[0..1]")]
    [InlineData("-1@%ah", "signed char rax[1..2]")]
    [InlineData("2@%r10w", "unsigned short r10[0..2]")]
    [InlineData("%r15b", "signed char r15[0..1]")]
    [InlineData("%rdx", "long rdx[0..8]")]
    [InlineData("-4@%sil", "int rsi[0..1]")]
    [InlineData("8@-24(%rbp)", "unsigned long *(rbp -24)")]
    [InlineData("-4@(%rsp)", "int *(rsp)")]
    [InlineData("16(%rsp)", "long *(rsp +16)")]
    [InlineData("8@(%rax,%rbx,8)", "unsigned long *(rax + rbx * 8)")]
    [InlineData("2@-0x10(%r8,%r9)", "unsigned short *(r8 + r9 * 1 -16)")]
    [InlineData("1@4( %rax , %rbx , 2 )", "unsigned char *(rax + rbx * 2 +4)")]
    [InlineData("4@8(,%rcx,4)", "unsigned int *(rcx * 4 +8)")]
    [InlineData("4@-24+8(%rsp)", "unsigned int *(rsp -16)")]
    [InlineData("4@(%eax)", "unsigned int *(eax)")]
    [InlineData("-4@6295620", "int *(+6295620)")]
    [InlineData("8@counter(%rip)", "unsigned long ? it is at a symbol, of which the note has only the name")]
    [InlineData("8@counter+16(%rip)", "unsigned long ? it is at a symbol, of which the note has only the name")]
    [InlineData("8@16(%rip)", "unsigned long ? it is at a symbol, of which the note has only the name")]
    [InlineData("-4@_ZN1a1bE", "int ? it is at a symbol, of which the note has only the name")]
    [InlineData("8@$text", "unsigned long ? it is at a symbol, of which the note has only the name")]
    [InlineData("8@table(,%rbx,8)", "unsigned long ? it is at a symbol, of which the note has only the name")]
    [InlineData("4@%fs:16", "unsigned int ? it is in memory of its thread")]
    [InlineData("8f@%xmm0", "double ? it is a floating-point number")]
    [InlineData("4f@-4(%rbp)", "float ? it is a floating-point number")]
    [InlineData("8@%xmm15", "unsigned long ? it is in a register of floating-point numbers, which the kernel does not show to programs")]
    [InlineData("16@(%rax)", "unsigned long ? it has 16 bytes")]
    [InlineData("3@%eax", "unsigned long ? it has 3 bytes")]
    [InlineData("8@%r16", "unsigned long ? '8@%r16' is no operand that we know")]
    [InlineData("8@(%ax)", "unsigned long ? '8@(%ax)' is no operand that we know")]
    [InlineData("8@(%rax,%rbx,3)", "unsigned long ? '8@(%rax,%rbx,3)' is no operand that we know")]
    [InlineData("8@()", "unsigned long ? '8@()' is no operand that we know")]
    [InlineData("8@", "long ? '8@' is no operand that we know")]
    [InlineData("@%rax", "long ? '@%rax' is no operand that we know")]
    [InlineData("8@$09", "unsigned long ? '8@$09' is no operand that we know")]
    public void An_operand_is_a_place_and_a_type(string operand, string expected) =>
        Assert.Equal(expected, Print(Assert.Single(UsdtOperandParser.Parse(operand))));

    [Fact]
    public void Every_register_is_known_in_every_width()
    {
        string[] whole = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];
        foreach (var name in whole)
        {
            foreach (var (part, size) in Parts(name))
            {
                var operand = Assert.IsType<UsdtRegister>(UsdtOperandParser.ParseOne($"{size}@%{part}"));
                Assert.Equal(
                    (part, Cpu.CpuLayout.X64.Registers[name], size, 0),
                    (operand.Register.Name, operand.Register.Offset, operand.Register.Size, operand.Register.Shift));
            }
        }
    }

    [Fact]
    public void Operands_keep_their_numbers()
    {
        var operands = UsdtOperandParser.Parse("  8@%rdi what? 4@$1\t-4@4(%rax, %rbx, 2)  8f@%xmm1 ");
        Assert.Equal(
            ["unsigned long rdi[0..8]", "long ? 'what?' is no operand that we know", "unsigned int 1", "int *(rax + rbx * 2 +4)", "double ? it is a floating-point number"],
            operands.Select(Print));
        Assert.Empty(UsdtOperandParser.Parse(""));
    }

    [Fact]
    public void All_operands_of_compiled_probes_are_understood()
    {
        NativeTools.Require("gcc");
        NativeTools.RequireHeader("sys/sdt.h", "systemtap-sdt-dev");
        using var folder = new TemporaryFolder();
        var program = NativeTools.Compile(folder, "probes", """
            #include <sys/sdt.h>
            struct many { char c; short s; int i; long l; unsigned char uc; unsigned short us; unsigned u; unsigned long ul; };
            int __attribute__((noinline)) work(struct many *m, int n, long *table, short *shorts)
            {
                DTRACE_PROBE8(test, all, m->c, m->s, m->i, m->l, m->uc, m->us, m->u, m->ul);
                DTRACE_PROBE6(test, constants, -1, 2u, -3L, 'x', (short)-4, (void *)0);
                DTRACE_PROBE4(test, tables, table[n], shorts[n], n, (char)n);
                DTRACE_PROBE3(test, pointers, m, table, &m->i);
                return n;
            }
            int main(int argc, char **argv) { struct many m = { 0 }; long t[9] = { 0 }; short s[9] = { 0 }; return work(&m, argc, t, s); }
            """, "-O2");
        Assert.Equal(21, OperandsOf(program).Count);
        Assert.DoesNotContain(OperandsOf(program), operand => operand is UsdtUnsupported);
    }

    [Theory]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6")]
    [InlineData("/lib/x86_64-linux-gnu/libstdc++.so.6")]
    [InlineData("/usr/bin/python3")]
    [InlineData("/lib/x86_64-linux-gnu/libgcc_s.so.1")]
    [InlineData("/lib64/ld-linux-x86-64.so.2")]
    public void All_operands_of_the_probes_of_this_machine_are_understood(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"needs {path}");
        var operands = OperandsOf(path);
        Assert.SkipWhen(operands.Count == 0, $"{path} has no USDT probes with arguments");
        Assert.DoesNotContain(operands, operand => operand is UsdtUnsupported { IsFloat: false });
    }

    [Fact]
    public void Whatever_a_note_contains_is_read_as_at_least_one_operand_for_each_word() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(60),
            Prop.ForAll(Garbage().ToArbitrary(), text => UsdtOperandParser.Parse(text).All(operand =>
                operand.Type.Size > 0 && Print(operand).Length > 0)));

    [Fact(Timeout = 10_000)]
    public async Task A_long_note_does_not_take_long() =>
        await Task.Run(
            () =>
            {
                string[] pieces = ["8@$" + new string('-', 8000), "8@" + new string('(', 8000), "$" + new string('1', 8000), new string('+', 8000) + "1(%rax)", "8@(%rax" + new string(' ', 8000), string.Concat(Enumerable.Repeat("8@$1+", 1600))];
                Assert.All(pieces, piece => Assert.NotEmpty(UsdtOperandParser.Parse(piece)));
                Assert.Equal(100, UsdtOperandParser.Parse(string.Concat(Enumerable.Repeat("8@$1 ", 5000))).Count);
            },
            TestContext.Current.CancellationToken);

    // Pieces of operands in any order, and now and then any character.
    private static Gen<string> Garbage() => Gen.OneOf(
            Gen.Elements("8@", "-4@", "1", "@", "$", "%", "rax", "%rbx", "(", ")", ",", "-", "+", "0x", " ", "99", "f@", "%xmm1", "sym", "(%rip)", ":", "*"),
            ArbMap.Default.GeneratorFor<char>().Select(it => it.ToString()))
        .ListOf().Select(string.Concat);

    private static List<UsdtOperand> OperandsOf(string path) =>
        [.. ElfBinary.Read(path).UsdtProbes.SelectMany(probe => probe.Sites).SelectMany(site => UsdtOperandParser.Parse(site.Arguments))];

    private static IEnumerable<(string Name, int Size)> Parts(string name)
    {
        var isNumbered = char.IsDigit(name[1]);
        var isLettered = name[^1] == 'x';
        yield return (name, 8);
        yield return (isNumbered ? $"{name}d" : $"e{name[1..]}", 4);
        yield return (isNumbered ? $"{name}w" : name[1..], 2);
        yield return (isNumbered ? $"{name}b" : isLettered ? $"{name[1]}l" : $"{name[1..]}l", 1);
    }

    private static string Print(UsdtOperand operand) => $"{operand.Type} " + operand switch
    {
        UsdtConstant constant when !constant.IsSigned => ((ulong)constant.Value).ToString(CultureInfo.InvariantCulture),
        UsdtConstant constant => constant.Value.ToString(CultureInfo.InvariantCulture),
        UsdtRegister { Register: var it } => $"{Whole(it.Offset)}[{it.Shift / 8}..{(it.Shift / 8) + it.Size}]",
        UsdtMemory memory => $"*({Address(memory)})",
        UsdtUnsupported unsupported => $"? {unsupported.Reason}",
        _ => "",
    };

    private static string Address(UsdtMemory memory) => string.Join(' ', new[]
    {
        memory.Base?.Name,
        memory.Index is { } index ? $"{(memory.Base is null ? "" : "+ ")}{index.Name} * {memory.Scale}" : null,
        memory.Displacement == 0 ? null : memory.Displacement.ToString("+0;-0", CultureInfo.InvariantCulture),
    }.OfType<string>());

    private static string Whole(short offset) =>
        Cpu.CpuLayout.X64.RegisterParts.Values.Single(part => part.Offset == offset && part.Size == 8).Name;
}
