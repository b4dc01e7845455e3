using static BpfDashboard.Tracing.Specs.OptionArgument;

namespace BpfDashboard.Tracing.Specs.Tools;

/// <summary>trace: one line for each event, with the values that are asked for.</summary>
/// <remarks>
/// Its letters are its own: <c>-t</c> is the time since the start and <c>-T</c> that of the day, <c>-c</c> a cgroup and
/// <c>-C</c> the CPU's column.
/// </remarks>
public static class Trace
{
    public static ToolDefinition Definition { get; } = new(
        "trace",
        "Show each call of functions, and each hit of tracepoints and USDT probes, with arguments and other values.",
        [
            new(OptionId.Help, 'h', "help", None, "show this text"),
            new(OptionId.BufferPages, 'b', "buffer-pages", Number, "accepted; the buffer is one for all probes here"),
            new(OptionId.Pid, 'p', "pid", Number, "trace only this process"),
            new(OptionId.Thread, 'L', "tid", Number, "trace only this thread"),
            new(OptionId.User, null, "uid", Number, "trace only this user"),
            new(OptionId.ShowProgram, 'v', "verbose", None, "show the BPF program"),
            new(OptionId.StringSize, 'Z', "string-size", Number, "most bytes of a text, 80 without this"),
            new(OptionId.IncludeSelf, 'S', "include-self", None, "do not leave out this server's own events"),
            new(OptionId.MaxEvents, 'M', "max-events", Number, "stop after so many events"),
            new(OptionId.SinceStart, 't', "timestamp", None, "show the seconds since the start"),
            new(OptionId.UnixTime, 'u', "unix-timestamp", None, "show the seconds since 1970"),
            new(OptionId.Timestamp, 'T', "time", None, "show the time of day"),
            new(OptionId.ShowCpu, 'C', "print_cpu", None, "show the CPU"),
            new(OptionId.Cgroup, 'c', "cgroup-path", Text, "trace only tasks in this cgroup (v2) and below"),
            new(OptionId.ThreadName, 'n', "name", Text, "only threads whose name contains this"),
            new(OptionId.Message, 'f', "msg-filter", Text, "only events whose message contains this"),
            new(OptionId.BinaryCompare, 'B', "bin_cmp", None, "STRCMP compares bytes: STRCMP(\"{0x6C, 0x00}\", x)"),
            new(OptionId.SymbolFiles, 's', "sym_file_list", Text, "read symbols of these files first, with commas"),
            new(OptionId.KernelStack, 'K', "kernel-stack", None, "show the kernel stack of each event"),
            new(OptionId.UserStack, 'U', "user-stack", None, "show the user stack of each event"),
            new(OptionId.NoUnwind, null, "no-unwind", None, "follow frame pointers only, without the tables of .eh_frame"),
            new(OptionId.Addresses, 'a', "address", None, "show addresses in stacks"),
            new(OptionId.Include, 'I', "include", Text, "accepted; types come from the kernel itself"),
            new(OptionId.Aggregate, 'A', "aggregate", None, "count equal events; needs -M"),
            new(OptionId.ShowProgram, null, "ebpf", None, "show the BPF program"),
        ],
        [
            "trace do_sys_openat2                          # each call of a kernel function",
            "trace 'do_sys_openat2 \"%s\", arg2'             # with the name of the file",
            "trace 'vfs_read (arg3 > 20000) \"%d bytes\", arg3' # only large reads",
            "trace 'r:bash:readline \"%s\", retval'          # what is typed to bash",
            "trace 'r:c:read ((int)retval < 0) \"%s\", strerror(retval)' # reads that fail",
            "trace 't:sched:sched_switch \"%s\", args->next_comm' # a field of a tracepoint",
            "trace 'tcp_connect \"%s:%d\", ntop(sk->sk_daddr), ntohs(sk->sk_dport)' # members of structs",
            "trace 'p:c:open(char *filename) \"%s\", filename' # parameters named in a signature",
            "trace -K 'kfree_skb_reason+0x12'              # at an offset, with the kernel's stack",
        ])
    {
        Grammar = ProbeGrammar.Action,
    };
}
