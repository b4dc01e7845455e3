using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class KallsymsTests
{
    private const string Excerpt = """
        ffffffff81000000 T _stext
        ffffffff81000000 T startup_64
        ffffffff81000010 T __entry_text_start
        ffffffff81000020 T entry_SYSCALL_64
        ffffffff81001000 T __entry_text_end
        ffffffff810010f0 t __pfx_vfs_read
        ffffffff81001100 T vfs_read
        ffffffff81001200 t vfs_read.cold
        ffffffff81001300 W arch_weak
        ffffffff81001400 t cleanup
        ffffffff81001500 t cleanup
        ffffffff81001600 t __SCT__might_resched
        ffffffff81001700 t perf_trace_sched_switch
        ffffffff81001800 T perf_event_init_task
        ffffffff81001900 T notrace_function
        ffffffff81001a00 T forbidden
        ffffffff82000000 D some_data
        ffffffff82000008 A absolute
        ffffffff82200000 T _etext
        ffffffff82300000 t event_enter__read
        ffffffff83000000 T _sinittext
        ffffffff83000100 t init_once
        ffffffff83001000 T _einittext
        ffffffffc0000000 t nf_conntrack_in	[nf_conntrack]
        ffffffffc0000100 t notrace_here	[nf_conntrack]
        ffffffffc0100000 t bpf_prog_6deef7357e7b4530_count	[bpf]
        ffffffffc0200000 t ftrace_trampoline	[__builtin__ftrace]

        """;

    private const string Traceable = """
        startup_64
        entry_SYSCALL_64
        vfs_read
        arch_weak
        cleanup
        perf_event_init_task
        forbidden
        init_once
        nf_conntrack_in [nf_conntrack]
        notrace_here
        """;

    [Fact]
    public void Text_symbols_are_read_with_address_and_module()
    {
        var symbols = Read(Excerpt);
        Assert.Contains(new KernelSymbol("vfs_read", 0xffffffff81001100, null, IsPadded: true), symbols);
        Assert.Contains(new KernelSymbol("arch_weak", 0xffffffff81001300, null), symbols);
        Assert.Contains(new KernelSymbol("nf_conntrack_in", 0xffffffffc0000000, "nf_conntrack"), symbols);
        Assert.DoesNotContain(symbols, symbol => symbol.Name is "some_data" or "absolute" or "__pfx_vfs_read");
        Assert.Equal(24, symbols.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void It_does_not_matter_in_what_pieces_the_text_comes(int size) =>
        Assert.Equal(Read(Excerpt), Kallsyms.Read(new InPieces(Excerpt, size)));

    [Fact]
    public void All_names_of_an_address_behind_padding_are_padded_and_the_next_function_is_not()
    {
        const string Lines = """
            ffffffff810010f0 t __pfx_ksys_read
            ffffffff810010f0 t __pfx_sys_read
            ffffffff81001100 T ksys_read
            ffffffff81001100 T sys_read
            ffffffff81001200 T return_thunk

            """;
        Assert.Equal([true, true, false], Read(Lines).Select(symbol => symbol.IsPadded));
        var hidden = Lines.Replace("ffffffff", "00000000", StringComparison.Ordinal)
            .Replace("810010f0", "00000000", StringComparison.Ordinal)
            .Replace("81001100", "00000000", StringComparison.Ordinal)
            .Replace("81001200", "00000000", StringComparison.Ordinal);
        Assert.Equal([true, false, false], Read(hidden).Select(symbol => symbol.IsPadded));
    }

    [Fact]
    public void Damaged_lines_are_passed_over()
    {
        var endless = new string('x', 200_000);
        var symbols = Read(
            $"\n \nffff T short\nzzzzzzzzzzzzzzzz T no_hex\nffffffff81000000 T \n{endless}\nffffffff81000000 T good\n");
        Assert.Equal([new KernelSymbol("good", 0xffffffff81000000, null)], symbols);
    }

    [Fact]
    public void Each_function_that_cannot_be_probed_says_why()
    {
        var functions = KernelFunctionList.Build(
            Read(Excerpt), Traceable.Split('\n'), ["0xffffffff81001a00-0xffffffff81001b00\tforbidden"]);
        Assert.Equal(
            """
            startup_64
            entry_SYSCALL_64: it is entry code, which the kernel protects from probes
            vfs_read
            vfs_read.cold: it is the unlikely part of another function, not an entry
            arch_weak
            cleanup
            cleanup
            __SCT__might_resched: it is the trampoline of a static call
            perf_trace_sched_switch: it is the body of a tracepoint; probe the tracepoint (t:category:event)
            perf_event_init_task
            notrace_function: the kernel's tracer cannot enter it (marked notrace, or without an entry hook)
            forbidden: it is on the kernel's list of functions that must not be probed
            event_enter__read: it is data, which newer kernels list as text
            init_once: it runs only while the kernel boots
            nf_conntrack_in
            notrace_here: the kernel's tracer cannot enter it (marked notrace, or without an entry hook)
            bpf_prog_6deef7357e7b4530_count: it is a BPF program, not a function of the kernel
            ftrace_trampoline: it is code generated for a probe
            """,
            string.Join('\n', functions.Select(f => f.WhyNot is null ? f.Name : $"{f.Name}: {f.WhyNot}")));
    }

    [Fact]
    public void Without_the_list_of_traceable_functions_none_is_refused_for_it()
    {
        var functions = KernelFunctionList.Build(Read(Excerpt), traceable: null, blacklist: null);
        Assert.Null(functions.Single(function => function.Name == "notrace_function").WhyNot);
        Assert.NotNull(functions.Single(function => function.Name == "vfs_read.cold").WhyNot);
    }

    [Fact]
    public void Hidden_addresses_are_zero_and_make_equal_names_ambiguous()
    {
        var zero = new string('0', 16);
        var hidden = string.Join('\n', Excerpt.Split('\n').Select(line => line.Length < 16 ? line : zero + line[16..]));
        var functions = KernelFunctionList.Build(Read(hidden), traceable: null, blacklist: null);
        Assert.All(functions, function => Assert.Equal(0ul, function.Address));
        Assert.Null(functions.Single(function => function.Name == "vfs_read").WhyNot);

        // The lines stay in the order of the addresses.
        Assert.StartsWith("it is entry code", functions.Single(f => f.Name == "entry_SYSCALL_64").WhyNot);
        Assert.Equal("it runs only while the kernel boots", functions.Single(f => f.Name == "init_once").WhyNot);
        Assert.All(functions.Where(function => function.Name == "cleanup"), function => Assert.Equal(
            "several functions have this name, and their addresses are hidden (kernel.kptr_restrict)", function.WhyNot));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-1\n", 2)]
    [InlineData("0-3,8,10-11", 7)]
    [InlineData("", 1)]
    [InlineData("nonsense-x", 1)]
    public void Lists_of_cpus_are_counted(string text, int count) => Assert.Equal(count, CpuList.Count(text));

    private static List<KernelSymbol> Read(string text) => Kallsyms.Read(new StringReader(text));

    private sealed class InPieces(string text, int size) : TextReader
    {
        private readonly StringReader text = new(text);

        public override int Read(char[] buffer, int index, int count) => text.Read(buffer, index, Math.Min(size, count));
    }
}
