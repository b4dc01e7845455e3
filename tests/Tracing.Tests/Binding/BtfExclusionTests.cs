using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class BtfExclusionTests
{
    // From Linux 7.3, which lists data behind the text with the letter of text.
    private const string Excerpt = """
        ffffffff81000100 T startup_64
        ffffffff81001000 T vfs_read
        ffffffff81001100 T ksys_alias
        ffffffff81001100 T __se_sys_read
        ffffffff81001200 t free_all.isra.0
        ffffffff81001300 t type_show
        ffffffff81001400 t type_show
        ffffffff81001500 T __put_user_2
        ffffffff810015f0 t __pfx_vfs_statfs
        ffffffff81001600 T vfs_statfs
        ffffffff810016f0 t __pfx__RNvCs7F5qe27l9qh_4uapi
        ffffffff81001700 t _RNvCs7F5qe27l9qh_4uapi
        ffffffff81002000 T vfs_write
        ffffffff83000000 t event_enter__setregid
        ffffffff83000100 t descriptor.26
        ffffffff83000200 t __already_done.3
        ffffffff83000300 t __already_done.3
        ffffffffc0000000 t nf_conntrack_in	[nf_conntrack]

        """;

    private static readonly HashSet<string> Known = ["vfs_read", "vfs_write", "ksys_alias"];

    [Fact]
    public void Only_what_btf_would_know_if_it_were_a_function_is_excluded() => Assert.Equal(
        ["startup_64", "__put_user_2", "_RNvCs7F5qe27l9qh_4uapi", "event_enter__setregid", "descriptor.26", "__already_done.3", "__already_done.3"],
        Excluded(Excerpt));

    [Fact]
    public void Where_addresses_are_hidden_names_alone_decide_and_in_doubt_for_the_function() => Assert.Equal(
        ["startup_64", "__se_sys_read", "__put_user_2", "_RNvCs7F5qe27l9qh_4uapi", "event_enter__setregid"],
        Excluded(string.Join('\n', Excerpt.Split('\n').Select(line => line.Length < 16 ? line : new string('0', 16) + line[16..]))));

    [Fact]
    public void An_earlier_reason_stays()
    {
        KernelFunction[] functions = [new("vfs_read.cold", 1, null, "it is cold")];
        Assert.Equal(functions, BtfExclusion.Apply(functions, Known, []));
    }

    [Fact]
    public void Btf_is_read_for_patterns_only_and_only_where_the_tracers_list_is_not_to_be_had()
    {
        using var folder = new TemporaryFolder();
        folder.Write("proc/kallsyms", Excerpt);
        folder.Write("btf", "no BTF at all");
        var paths = new HostPaths { Proc = $"{folder.Path}/proc", Tracefs = [$"{folder.Path}/tracefs"], KernelBtf = $"{folder.Path}/btf" };
        IKernelCatalog catalog = new LiveKernelCatalog(paths, TimeProvider.System);

        // An exact name is not doubted.
        Assert.Null(Assert.Single(catalog.KernelFunctionsNamed("startup_64")).WhyNot);

        // Nonsense instead of BTF excludes nothing.
        Assert.Null(catalog.KernelFunctions.Single(function => function.Name == "startup_64").WhyNot);
    }

    private static IEnumerable<string> Excluded(string kallsyms)
    {
        var symbols = Kallsyms.Read(new StringReader(kallsyms));
        return BtfExclusion
            .Apply(
                [.. symbols.Select(symbol => new KernelFunction(symbol.Name, symbol.Address, symbol.Module))],
                Known,
                [.. symbols.Where(symbol => symbol.IsPadded).Select(symbol => symbol.Name)])
            .Where(function => function.WhyNot is not null)
            .Select(function => function.Name);
    }
}
