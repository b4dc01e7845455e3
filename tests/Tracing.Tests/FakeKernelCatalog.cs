using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests;

/// <summary>A small host that never changes: two CPUs, two dozen kernel functions, a libc, a few programs.</summary>
internal sealed class FakeKernelCatalog : IKernelCatalog
{
    private const string Libraries = "/usr/lib/x86_64-linux-gnu";

    private static readonly Dictionary<string, string> Paths = new()
    {
        ["c"] = $"{Libraries}/libc.so.6",
        ["libc"] = $"{Libraries}/libc.so.6",
        ["libc.so.6"] = $"{Libraries}/libc.so.6",
        ["pthread"] = $"{Libraries}/libpthread.so.0",
        ["bash"] = "/usr/bin/bash",
        ["node"] = "/usr/bin/node",
        ["go"] = "/usr/bin/go",
        ["contentions"] = "/home/ubuntu/contentions",
        ["/home/ubuntu/contentions"] = "/home/ubuntu/contentions",
        ["./test"] = "/home/ubuntu/test",
        ["./stripped"] = "/home/ubuntu/stripped",
        ["/opt/a:b/x.so"] = "/opt/a:b/x.so",
        ["./notes.txt"] = "/home/ubuntu/notes.txt",
    };

    private static readonly Dictionary<string, Binary> Binaries = new Binary[]
    {
        new($"{Libraries}/libc.so.6",
        [
            new("malloc", 0x9a000, "GLIBC_2.2.5"),
            new("__libc_malloc", 0x9a000, "GLIBC_2.2.5"),
            new("memcpy", 0xa2d70, "GLIBC_2.2.5", IsDefaultVersion: false),
            new("memcpy", 0x9be70, "GLIBC_2.14", IsIndirect: true),
            new("__memcpy_avx_unaligned", 0x170000),
            new("__memcpy_ssse3", 0x171000),
            new("pthread_cond_signal", 0x87e20, "GLIBC_2.3.2"),
            new("pthread_cond_signal", 0x86c40, "GLIBC_2.2.5", IsDefaultVersion: false),
            new("pthread_mutex_lock", 0x8a000, "GLIBC_2.2.5"),
            new("pthread_mutex_unlock", 0x8b000, "GLIBC_2.2.5"),
            new("read", 0xf0000, "GLIBC_2.2.5"),
            new("__read", 0xf0000, "GLIBC_2.2.5"),
            new("readahead", 0xf0800, "GLIBC_2.3"),
            new("strdup", 0x8f000, "GLIBC_2.2.5"),
            new("strlen", 0x8e000, "GLIBC_2.2.5", IsIndirect: true),
            new("write", 0xf1000, "GLIBC_2.2.5"),
            new("cancel_handler", 0xf2000),
            new("cancel_handler", 0xf3000),
            new("cancel_handler.cold", 0x26000),
        ],
        [
            new("libc", "mutex_acquired", [new(0x8a010, 0, "8@%rdi")]),
            new("libc", "mutex_entry", [new(0x8a004, 0, "8@%rdi")]),
            new("libc", "setjmp", [new(0x42000, 0, "")]),
        ],
        ["ld-linux-x86-64.so.2"]),
        new($"{Libraries}/libpthread.so.0",
            [new("__libpthread_version_placeholder", 0x1100, "GLIBC_2.28", IsDefaultVersion: false)], [], ["libc.so.6"]),
        new("/usr/bin/bash", [new("main", 0x30000), new("readline", 0xb0000), new("readline_internal", 0xb1000)], [],
            ["libc.so.6"]),
        new("/usr/bin/node", [new("main", 0x1000)],
        [
            new("node", "gc__done", [new(0x2000, 0x9002, "4@%edi")]),
            new("node", "gc__start", [new(0x2100, 0x9000, "4@%edi"), new(0x2200, 0x9000, "4@%esi")]),
            new("node", "http__client__request", [new(0x2300, 0x9004, "")]),
            new("v8", "gc__done", [new(0x2400, 0, "")]),
        ],
        ["libc.so.6"]),
        new("/usr/bin/go", [new("main.main", 0x1000), new("os.Open", 0x2000), new("os.ReadFile", 0x2100)], [], []),
        new("/home/ubuntu/contentions", [new("main", 0x1139), new("work", 0x1150)], [], ["libc.so.6"]),
        new("/home/ubuntu/test", [new("read_all", 0x1200), new("read_one", 0x1240), new("main", 0x1139)], [], []),
        new("/home/ubuntu/stripped", [], [], []),
        new("/opt/a:b/x.so", [new("f", 0x1000)], [], []),
    }.ToDictionary(binary => binary.Path);

    public int PossibleCpus => 2;

    /// <summary>The processes that run.</summary>
    public HashSet<int> Processes { get; init; } = [181, 185, 1442, 4902];

    /// <summary>Processes of containers: a number inside, and what they are here.</summary>
    public IReadOnlyList<(int Pid, string Name)> ProcessesKnownInsideAs(int pid) => pid == 7 ? [(4902, "nginx")] : [];

    public string? KernelFunctionsProblem { get; init; }

    public string? TracepointsProblem { get; init; }

    public IReadOnlyList<KernelFunction> KernelFunctions { get; init; } =
    [
        new("asm_exc_page_fault", 0xffffffff81000300, WhyNot: "it is entry code, which the kernel protects from probes"),
        new("lapic_next_deadline", 0xffffffff81050000),
        new("schedule", 0xffffffff81060000),
        new("do_sys_open", 0xffffffff81100000),
        new("__kmalloc_noprof", 0xffffffff81110000),
        new("vfs_open", 0xffffffff81200000),
        new("vfs_read", 0xffffffff81200100),
        new("vfs_write", 0xffffffff81200200),
        new("vfs_fsync_range", 0xffffffff81200300),
        new("__x64_sys_read", 0xffffffff81200400),
        new("__x64_sys_newfstat", 0xffffffff81200500),
        new("ext4_readdir", 0xffffffff81300000),
        new("__nfs_readdir", 0xffffffff81310000),
        new("nfs_readdir", 0xffffffff81310000),
        new("submit_bio", 0xffffffff81320000),
        new("hrtimer_init_sleeper", 0xffffffff81330000),
        new("put_prev_entity", 0xffffffff81340000),
        new("ip_output", 0xffffffff81350000),
        new("tcp_recvmsg", 0xffffffff81400000),
        new("tcp_send_ack", 0xffffffff81400100),
        new("tcp_sendmsg", 0xffffffff81400200),
        new("tcp_sendmsg.cold", 0xffffffff81400300, WhyNot: "it is the unlikely part of another function, not an entry"),
        new("mptcp_sendmsg", 0xffffffff81400400),
        new("cleanup", 0xffffffff81500000),
        new("cleanup", 0xffffffff81510000),
        new("cleanup", 0xffffffffc0001000, "nf_conntrack"),
        new("nf_conntrack_in", 0xffffffffc0000000, "nf_conntrack"),
    ];

    public IReadOnlyList<Tracepoint> Tracepoints { get; init; } =
    [
        new("block", "block_bio_queue", 900),
        new("block", "block_rq_complete", 901),
        new("block", "block_rq_issue", 902),
        new("ftrace", "function", 1, WhyNot: "it only describes a record of the function tracer; it never fires"),
        new("irq", "irq_handler_entry", 210),
        new("sched", "sched_process_exit", 310),
        new("sched", "sched_process_fork", 311),
        new("sched", "sched_switch", 312),
        new("syscalls", "sys_enter_newfstat", 600, new(5, IsExit: false)),
        new("syscalls", "sys_enter_read", 601, new(0, IsExit: false)),
        new("syscalls", "sys_enter_unheard_of", 602),
        new("syscalls", "sys_exit_read", 603, new(0, IsExit: true)),
    ];

    public IReadOnlyList<TracepointField> FieldsOf(Tracepoint tracepoint) => tracepoint.Event switch
    {
        "sys_enter_read" =>
        [
            new("int __syscall_nr", 8, 4, IsSigned: true),
            new("unsigned int fd", 16, 8, IsSigned: false),
            new("char * buf", 24, 8, IsSigned: false),
            new("size_t count", 32, 8, IsSigned: false),
        ],
        "sys_exit_read" => [new("int __syscall_nr", 8, 4, IsSigned: true), new("long ret", 16, 8, IsSigned: true)],
        _ => [],
    };

    public bool ProcessExists(int pid) => Processes.Contains(pid);

    public BinaryLookup FindBinary(string target, int? pid) => Paths.TryGetValue(target, out var path)
        ? new BinaryLookup(path)
        : new BinaryLookup(null, target.Contains('/', StringComparison.Ordinal)
            ? $"there is no file {target}"
            : $"there is no library or program '{target}'", Suggestions.Nearest(target, Paths.Keys, 3));

    public Binary ReadBinary(string path) => Binaries.TryGetValue(path, out var binary)
        ? binary
        : throw new BinaryFormatException($"{path} is not an ELF file.");
}
