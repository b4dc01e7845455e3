using System.Globalization;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Tests.Symbols;

public sealed class KernelSymbolsTests
{
    private const string Excerpt = """
        ffffffff81000000 T _stext
        ffffffff81000000 t startup_64
        ffffffff810010f0 t __pfx_vfs_read
        ffffffff81001100 T vfs_read
        ffffffff81001300 T __se_sys_read
        ffffffff81001300 T __x64_sys_read
        ffffffff81001400 t static_one
        ffffffff81001400 W weak_one
        ffffffff81001400 T global_one
        ffffffff81001400 T _global_underscore
        ffffffff81002000 T _etext
        ffffffff82000000 D some_data
        ffffffffc0000000 t nf_conntrack_in	[nf_conntrack]
        ffffffffc0000100 t nf_helper	[nf_conntrack]
        ffffffffa0100000 t bpf_prog_6deef7357e7b4530_count	[bpf]

        """;

    [Theory]
    [InlineData("ffffffff81000004", "startup_64", "kernel", 4)]
    [InlineData("ffffffff81001100", "vfs_read", "kernel", 0)]
    [InlineData("ffffffff810012ff", "vfs_read", "kernel", 0x1ff)]
    [InlineData("ffffffff81001300", "__x64_sys_read", "kernel", 0)]
    [InlineData("ffffffff81001401", "global_one", "kernel", 1)]
    [InlineData("ffffffffc0000010", "nf_conntrack_in", "nf_conntrack", 0x10)]
    [InlineData("ffffffffc0000110", "nf_helper", "nf_conntrack", 0x10)]
    [InlineData("ffffffffa0100008", "bpf_prog_6deef7357e7b4530_count", "bpf", 8)]
    public void An_address_is_named_after_the_function_before_it(string hex, string name, string module, int offset)
    {
        var address = ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Equal((name, module, address - (ulong)offset), Read(Excerpt).Find(address));
    }

    [Theory]
    [InlineData(0xffffffff80fffffful)]
    [InlineData(0xffffffff81002010ul)]
    [InlineData(0xffffffffc0200000ul)]
    [InlineData(0ul)]
    [InlineData(ulong.MaxValue)]
    public void Where_no_function_is_near_there_is_no_name(ulong address) => Assert.Null(Read(Excerpt).Find(address));

    [Fact]
    public void Hidden_addresses_name_nothing_and_say_so()
    {
        using var folder = new TemporaryFolder();
        var zero = new string('0', 16);
        folder.Write("kallsyms", string.Join('\n', Excerpt.Split('\n').Select(line => line.Length < 16 ? line : zero + line[16..])));
        using var symbolizer = new SymbolizerCache(folder.Path, new ManualTime()).CreateSymbolizer();
        Assert.Equal(
            new(Frame.Unknown, null, FrameKind.UnknownKernel, null, 0xffffffff81001100), symbolizer.Kernel(0xffffffff81001100));
        var kernel = Assert.Single(symbolizer.Modules);
        Assert.Equal((SymbolSource.None, 0), (kernel.Source, kernel.Count));
        Assert.Contains("kptr_restrict", kernel.Problem);
    }

    [Fact]
    public void A_program_that_was_loaded_since_is_found_by_reading_again_but_not_all_the_time()
    {
        const ulong address = 0xffffffffa0200004;
        using var folder = new TemporaryFolder();
        folder.Write("kallsyms", Excerpt);
        var time = new ManualTime();
        using var symbolizer = new SymbolizerCache(folder.Path, time).CreateSymbolizer();
        Assert.Equal(FrameKind.UnknownKernel, symbolizer.Kernel(address).Kind);

        folder.Write("kallsyms", Excerpt + "ffffffffa0200000 t bpf_prog_0123456789abcdef_late\t[bpf]\n");
        Assert.Equal(FrameKind.UnknownKernel, symbolizer.Kernel(address).Kind);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            new("bpf_prog_0123456789abcdef_late", "bpf", FrameKind.Kernel, 4, address), symbolizer.Kernel(address));
    }

    [Fact]
    public void A_new_session_knows_its_programs_however_young_the_last_list_is()
    {
        using var folder = new TemporaryFolder();
        folder.Write("kallsyms", Excerpt);
        var cache = new SymbolizerCache(folder.Path, new ManualTime());
        using var older = cache.CreateSymbolizer();
        Assert.Equal("vfs_read", older.Kernel(0xffffffff81001300, isReturnAddress: true).Name);
        folder.Write("kallsyms", Excerpt + "ffffffffc1000000 t bpf_prog_0123456789abcdef_stack\t[bpf]\n");
        using var younger = cache.CreateSymbolizer();
        Assert.Equal("bpf_prog_0123456789abcdef_stack", younger.Kernel(0xffffffffc1000004).Name);
    }

    [Fact]
    public void A_return_address_of_the_kernel_belongs_to_the_call_before_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("kallsyms", Excerpt);
        using var symbolizer = new SymbolizerCache(folder.Path, new ManualTime()).CreateSymbolizer();
        Assert.Equal(
            new("vfs_read", "kernel", FrameKind.Kernel, 0x200, 0xffffffff81001300),
            symbolizer.Kernel(0xffffffff81001300, isReturnAddress: true));
    }

    [Fact]
    public void The_kernel_of_this_host_names_its_functions()
    {
        var line = File.ReadLines("/proc/kallsyms").First(line => line.EndsWith(" vfs_read", StringComparison.Ordinal));
        var address = ulong.Parse(line[..16], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.SkipUnless(address != 0, "the addresses of the kernel are hidden (kernel.kptr_restrict)");
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        Assert.Equal(new("vfs_read", "kernel", FrameKind.Kernel, 7, address + 7), symbolizer.Kernel(address + 7));
        Assert.InRange(Assert.Single(symbolizer.Modules).Count, 10_000, 1_000_000);
    }

    private static KernelSymbols Read(string text) => KernelSymbols.Read(new StringReader(text));
}
