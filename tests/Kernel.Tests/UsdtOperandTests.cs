using System.Diagnostics;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Tests;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Usdt;

namespace BpfDashboard.Kernel.Tests;

/// <summary>Arguments of USDT probes, loaded in the kernel from where their notes say they are.</summary>
public sealed class UsdtOperandTests
{
    private const ulong Pattern = 0xf1e2_d3c4_b5a6_9788;

    [Theory]
    [InlineData("-4@$-5", -5)]
    [InlineData("4@$-5", 0xfffffffb)]
    [InlineData("8@$0x123456789abcdef0", 0x123456789abcdef0)]
    [InlineData("8@%rbx", unchecked((long)Pattern))]
    [InlineData("-8@%rbx", unchecked((long)Pattern))]
    [InlineData("4@%ebx", 0xb5a69788)]
    [InlineData("-4@%ebx", unchecked((int)0xb5a69788))]
    [InlineData("2@%bx", 0x9788)]
    [InlineData("-2@%bx", unchecked((short)0x9788))]
    [InlineData("1@%bl", 0x88)]
    [InlineData("-1@%bl", unchecked((sbyte)0x88))]
    [InlineData("1@%bh", 0x97)]
    [InlineData("-1@%bh", unchecked((sbyte)0x97))]
    [InlineData("-4@%rbx", unchecked((int)0xb5a69788))]
    [InlineData("1@%rbx", 0x88)]
    [InlineData("-8@%ebx", unchecked((int)0xb5a69788))]
    [InlineData("8@%ebx", 0xb5a69788)]
    [InlineData("%bl", unchecked((sbyte)0x88))]
    public void Numbers_and_registers_are_extended_from_their_width(string operand, long expected)
    {
        using var run = new UsdtRun(operand);
        Assert.Equal(expected, run.Run(("rbx", Pattern)));
    }

    [Fact]
    public void Every_part_of_every_register_is_that_part()
    {
        foreach (var register in CpuLayout.X64.RegisterParts.Values)
        {
            using var run = new UsdtRun($"{register.Size}@%{register.Name}");
            var whole = CpuLayout.X64.RegisterParts.Values.Single(it => it.Offset == register.Offset && it.Size == 8).Name;
            var mask = register.Size == 8 ? ulong.MaxValue : (1UL << (8 * register.Size)) - 1;
            Assert.Equal((register.Name, (long)(Pattern >> register.Shift & mask)), (register.Name, run.Run((whole, Pattern))));
        }
    }

    [Theory]
    [InlineData("8@(%rax)", 0x1716151413121110)]
    [InlineData("8@-8(%rax)", 0x0f0e0d0c0b0a0908)]
    [InlineData("4@16(%rax)", 0x23222120)]
    [InlineData("2@0x10(%rax)", 0x2120)]
    [InlineData("1@-1(%rax)", 0x0f)]
    [InlineData("1@(%rax,%rcx,8)", 0x28)]
    [InlineData("1@(%rax,%rcx,4)", 0x1c)]
    [InlineData("1@(%rax,%rcx,2)", 0x16)]
    [InlineData("1@-3(%rax,%rcx)", 0x10)]
    [InlineData("4@-16(%rax,%rcx,8)", 0x1b1a1918)]
    [InlineData("1@240(%rax)", 0xf0 + 0x10 - 0x100)]
    [InlineData("-1@128(%rax)", unchecked((sbyte)0x90))]
    [InlineData("-2@128(%rax)", unchecked((short)0x9190))]
    [InlineData("-4@128(%rax)", unchecked((int)0x93929190))]
    [InlineData("4@128(%rax)", 0x93929190)]
    [InlineData("-8@128(%rax)", unchecked((long)0x9796959493929190))]
    public void Memory_is_read_at_base_index_and_displacement(string operand, long expected)
    {
        using var bytes = new Bytes();
        using var run = new UsdtRun(operand);
        Assert.Equal(expected, run.Run(("rax", bytes.Address + 16), ("rcx", 3UL)));
    }

    [Fact]
    public void Memory_is_read_at_a_number_and_at_an_index_alone()
    {
        using var bytes = new Bytes();
        using (var run = new UsdtRun($"4@{bytes.Address + 4}"))
        {
            Assert.Equal(0x07060504, run.Run());
        }

        using (var run = new UsdtRun("1@-1(,%r12,4)"))
        {
            Assert.Equal(0x0b, run.Run(("r12", (bytes.Address + 12) / 4)));
        }
    }

    [Fact]
    public void What_cannot_be_read_is_a_fault()
    {
        using (var run = new UsdtRun("8@8(%rax)"))
        {
            Assert.Null(run.Run(("rax", 0UL)));
            Assert.Null(run.Run(("rax", 0xffff_8000_0000_0000)));
            Assert.Null(run.Run(("rax", 0x0000_8000_0000_0000UL)));
        }

        // In 32 bits the address is another, where nothing is.
        using var bytes = new Bytes();
        using (var run = new UsdtRun("8@(%eax)"))
        {
            Assert.True(bytes.Address > uint.MaxValue);
            Assert.Null(run.Run(("rax", bytes.Address)));
        }
    }

    [Theory]
    [InlineData("8f@%xmm0")]
    [InlineData("8@counter(%rip)")]
    [InlineData("what?")]
    public void What_is_not_understood_is_a_fault(string operand)
    {
        using var run = new UsdtRun(operand);
        Assert.Null(run.Run());
    }

    [Theory]
    [InlineData("-4@%edi 8@-24(%rbp) 4@$5 8@8(%rax,%rbx,8) 1@%al 2@%r9w -1@%dh 8@%rsp 4@-4(%esp)")]
    [InlineData("-4@$1 8@%rdx")]
    [InlineData("8f@%xmm0 8@sym(%rip) 8@%rdi")]
    public void A_program_for_a_probe_is_accepted(string operands) => UsdtRun.LoadForProbe(UsdtOperandParser.Parse(operands));

    [Fact]
    public void Programs_for_the_probes_of_the_workload_are_accepted()
    {
        var sites = ElfBinary.Read(Workload.File).UsdtProbes.SelectMany(probe => probe.Sites).ToList();
        Assert.NotEmpty(sites);
        Assert.All(sites, site =>
        {
            var operands = UsdtOperandParser.Parse(site.Arguments);
            Assert.DoesNotContain(operands, operand => operand is UsdtUnsupported);
            UsdtRun.LoadForProbe(operands);
        });
    }

    [Theory]
    [InlineData("-O0")]
    [InlineData("-O1")]
    [InlineData("-O2")]
    [InlineData("-Os", "-fomit-frame-pointer")]
    public void Compiled_probes_give_what_the_program_passed(params string[] options)
    {
        NativeTools.Require("gcc");
        NativeTools.RequireHeader("sys/sdt.h", "systemtap-sdt-dev");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "probes", Probes, options);
        var probes = ElfBinary.Read(path).UsdtProbes.ToDictionary(probe => probe.Name, probe => probe.Sites.Single());
        Assert.Equal(
            [-1, -2, -3, -4, 255, 65534, 4294967293, -4],
            Arguments(path, probes["members"]));
        Assert.Equal([30, -3, 3, 3, -1, 7], Arguments(path, probes["tables"]));
        // The number in floating point is not read, but has its place.
        Assert.Equal([0x7eff, null, 0x123456789abcdef0], Arguments(path, probes["others"]).Select((it, i) => i == 1 ? null : it));
    }

    private const string Probes = """
        #include <stdio.h>
        #include <sys/sdt.h>
        struct many { char c; short s; int i; long l; unsigned char uc; unsigned short us; unsigned u; unsigned long ul; };
        int __attribute__((noinline)) work(struct many *m, int n, long *table, short *shorts, double d)
        {
            DTRACE_PROBE8(test, members, m->c, m->s, m->i, m->l, m->uc, m->us, m->u, m->ul);
            DTRACE_PROBE6(test, tables, table[n], shorts[n], n, (char)n, (signed char)-1, 7u);
            DTRACE_PROBE3(test, others, (unsigned short)0x7eff, d, 0x123456789abcdef0ul);
            return n;
        }
        int main(void)
        {
            struct many m = { -1, -2, -3, -4, -1, -2, -3, -4 };
            long table[] = { 0, 10, 20, 30 };
            short shorts[] = { 0, -1, -2, -3 };
            getchar();
            return work(&m, 3, table, shorts, 1.5) - 3;
        }
        """;

    private static long?[] Arguments(string path, UsdtSite site)
    {
        using var process = Process.Start(new ProcessStartInfo(path) { RedirectStandardInput = true })!; // not null: no shell
        try
        {
            var values = UsdtRun.Attached(path, site, process.Id, () =>
            {
                process.StandardInput.WriteLine();
                Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"{path} does not end");
            });
            Assert.Equal(0, process.ExitCode);
            return values;
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>256 bytes that do not move: 0, 1, 2…</summary>
    private sealed unsafe class Bytes : IDisposable
    {
        private readonly byte* _bytes = (byte*)NativeMemory.Alloc(256 + 256);

        public Bytes()
        {
            for (var i = 0; i < 512; i++)
            {
                _bytes[i] = (byte)i;
            }
        }

        public ulong Address => (ulong)_bytes;

        public void Dispose() => NativeMemory.Free(_bytes);
    }
}
