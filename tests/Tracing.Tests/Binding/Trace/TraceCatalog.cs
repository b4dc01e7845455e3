using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Btf;
using BpfDashboard.Tracing.Tests.Types;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Binding.Trace;

/// <summary>A host that has everything that BCC's examples of trace and argdist name, and the types that they look into.</summary>
internal sealed class TraceCatalog : IKernelCatalog
{
    private const string Libc = "/usr/lib/x86_64-linux-gnu/libc.so.6";
    private const string Tinfo = "/usr/lib64/libtinfo.so";

    private static readonly ITypeSource KernelTypes = new LayeredTypes(BtfTypes.Read(Btf()), CoreTypes.Instance);

    private static readonly string[] Functions =
    [
        "do_sys_open", "__x64_sys_execve", "__x64_sys_read", "__x64_sys_open", "__x64_sys_futex", "__x64_sys_nanosleep",
        "__x64_sys_clone", "__x64_sys_setsockopt", "__x64_sys_chown", "__x64_sys_fchown", "__x64_sys_lchown", "__kmalloc",
        "kfree_skb", "clockevents_program_event", "uprobe_register", "__account_cfs_rq_runtime", "udpv6_sendmsg",
        "mntns_install", "tcp_connect", "vfs_read", "vfs_readv", "__vfs_read", "fput",
    ];

    private static readonly Dictionary<string, string> Paths = new()
    {
        ["c"] = Libc,
        ["pthread"] = "/usr/lib/x86_64-linux-gnu/libpthread.so.0",
        ["bash"] = "/usr/bin/bash",
        ["ruby"] = "/usr/bin/ruby",
        [Tinfo] = Tinfo,
        ["/tmp/a.out"] = "/tmp/a.out",
    };

    private static readonly Dictionary<string, Binary> Binaries = new Binary[]
    {
        new(Libc, [new("open", 0x1000), new("read", 0x2000), new("write", 0x3000), new("malloc", 0x4000), new("inet_pton", 0x5000),
            new("puts", 0x6000), new("gets", 0x7000), new("fork", 0x8000), new("sleep", 0x9000), new("nanosleep", 0xa000)], [], []),
        new("/usr/lib/x86_64-linux-gnu/libpthread.so.0", [new("pthread_join", 0x100)],
            [
                new("libpthread", "pthread_create", [new(0x1100, 0, "8@%rax -4@%ebx 8@-16(%rbp) 8@$7")]),
                new("libpthread", "pthread_start", [new(0x1200, 0, "8@%rax 8@%rdx 8@%rcx")]),
            ], []),
        new("/usr/bin/bash", [new("readline", 0xb0000)], [], []),
        new("/usr/bin/ruby", [new("main", 0x100)],
            [new("ruby", "method__entry", [new(0x200, 0x900, "8@%rdi 8@%rsi"), new(0x300, 0x900, "8@%r12 8@8(%rsp)")])], []),
        new(Tinfo, [new("curses_version", 0x100)], [], []),
        new("/tmp/a.out", [new("main", 0x1139)], [], []),
    }.ToDictionary(binary => binary.Path);

    public int PossibleCpus => 2;

    public int? OwnProcess => 99;

    public ITypeSource Types => KernelTypes;

    public string? KernelFunctionsProblem => null;

    public string? TracepointsProblem => null;

    public IReadOnlyList<KernelFunction> KernelFunctions { get; } =
        [.. Functions.Select((name, index) => new KernelFunction(name, 0xffffffff81000000 + ((ulong)index << 8)))];

    public IReadOnlyList<Tracepoint> Tracepoints { get; } =
        [new("block", "block_rq_complete", 901), new("sched", "sched_switch", 312), new("irq", "irq_handler_entry", 210),
            new("net", "net_dev_start_xmit", 1400), new("syscalls", "sys_exit_epoll_wait", 700)];

    public bool ProcessExists(int pid) => true;

    public (CgroupPlace? Place, string? Problem) FindCgroup(string path) => (new CgroupPlace(4711, 2), null);

    public BinaryLookup FindBinary(string target, int? pid) =>
        Paths.TryGetValue(target, out var path) ? new(path) : new(null, $"there is no library or program '{target}'");

    public Binary ReadBinary(string path) => Binaries[path];

    public IReadOnlyList<TracepointField> FieldsOf(Tracepoint tracepoint) => tracepoint.Event switch
    {
        "block_rq_complete" =>
        [
            new("dev_t dev", 8, 4, false), new("sector_t sector", 16, 8, false), new("unsigned int nr_sector", 24, 4, false),
            new("char rwbs[8]", 34, 8, false), new("__data_loc char[] cmd", 44, 4, false),
        ],
        "sched_switch" =>
        [
            new("char prev_comm[16]", 8, 16, false), new("pid_t prev_pid", 24, 4, true), new("long prev_state", 32, 8, true),
        ],
        "irq_handler_entry" => [new("int irq", 8, 4, true), new("__data_loc char[] name", 12, 4, false)],
        "net_dev_start_xmit" => [new("u16 protocol", 20, 2, false)],
        "sys_exit_epoll_wait" => [new("int __syscall_nr", 8, 4, true), new("long ret", 16, 8, true)],
        "sys_enter_execve" => System("const char * filename", "const char *const * argv"),
        "sys_enter_read" => System("unsigned int fd", "char * buf", "size_t count"),
        "sys_enter_nanosleep" => System("struct __kernel_timespec * rqtp", "struct __kernel_timespec * rmtp"),
        "sys_enter_chown" or "sys_enter_fchown" or "sys_enter_lchown" => System("const char * filename", "uid_t user", "gid_t group"),
        _ => [],
    };

    private static IReadOnlyList<TracepointField> System(params string[] arguments) =>
    [
        new("int __syscall_nr", 8, 4, true),
        .. arguments.Select((declaration, index) => new TracepointField(declaration, 16 + (8 * index), 8, false)),
    ];

    private static byte[] Btf()
    {
        var btf = new BtfBuilder();
        var number = btf.Int("int", 4);
        var wide = btf.Int("long long int", 8);
        var word = btf.Int("unsigned int", 4, 0);
        var half = btf.Int("short unsigned int", 2, 0);
        var character = btf.Int("char", 1);
        btf.Of(BtfKind.Typedef, btf.Int("long unsigned int", 8, 0), "sector_t");
        btf.Of(BtfKind.Typedef, word, "dev_t");
        var be32 = btf.Of(BtfKind.Typedef, word, "__be32");
        var be16 = btf.Of(BtfKind.Typedef, half, "__be16");
        var common = btf.Struct("sock_common", 32, ("skc_daddr", be32, 0), ("skc_dport", be16, 96));
        var sock = btf.Struct("sock", 64, ("__sk_common", common, 0));
        var mapping = btf.Struct("address_space", 64, ("a_ops", btf.Of(BtfKind.Pointer, 0), 128));
        btf.Struct("inode", 64, ("i_mapping", btf.Of(BtfKind.Pointer, mapping), 64));
        btf.Struct("cfs_rq", 64, ("runtime_remaining", wide, 256));
        var shared = btf.Struct("fs_struct", 64, ("users", number, 32));
        btf.Struct("task_struct", 128, ("fs", btf.Of(BtfKind.Pointer, shared), 512));
        btf.Of(BtfKind.Typedef, word, "gfp_t");
        var shortName = btf.Struct("shortname_store", 40, ("string", btf.Array(character, 40), 0));
        var entry = btf.Struct("dentry", 192, ("d_shortname", shortName, 320));
        var path = btf.Struct("path", 16, ("mnt", btf.Of(BtfKind.Pointer, 0), 0), ("dentry", btf.Of(BtfKind.Pointer, entry), 64));
        var file = btf.Of(BtfKind.Pointer, btf.Struct("file", 184, ("f_path", path, 512)));
        var text = btf.Of(BtfKind.Pointer, btf.Of(BtfKind.TypeTag, character, "user"));
        btf.Function("vfs_read", wide, ("file", file), ("buf", text), ("count", word));
        btf.Function("vfs_readv", wide, ("file", file), ("pos", btf.Of(BtfKind.Pointer, wide)));
        btf.Function("fput", 0, ("file", file));
        btf.Function("tcp_connect", number, ("sk", btf.Of(BtfKind.Pointer, sock)));
        btf.Function("do_sys_open", wide, ("dfd", number), ("filename", text), ("flags", number));
        return btf.Build();
    }
}
