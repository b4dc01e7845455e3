using static BpfDashboard.Tracing.Specs.OptionArgument;

namespace BpfDashboard.Tracing.Specs.Tools;

/// <summary>stackcount: by which paths functions, tracepoints and USDT probes are reached, and where time is spent.</summary>
/// <remarks>Its letters are its own: <c>-D</c> is the duration and <c>-d</c> the delimiter, <c>-v</c> the addresses.</remarks>
public static class Stackcount
{
    public static ToolDefinition Definition { get; } = new(
        "stackcount",
        "Count the stacks that lead to kernel and user functions, tracepoints and USDT probes, or that a profile finds.",
        [
            new(OptionId.Help, 'h', "help", None, "show this text"),
            new(OptionId.Pid, 'p', "pid", Number, "count only this process"),
            new(OptionId.Cpu, 'c', "cpu", Number, "count only on this CPU"),
            new(OptionId.Interval, 'i', "interval", Seconds, "begin a new block of counts every so many seconds"),
            new(OptionId.Duration, 'D', "duration", Seconds, "stop after so many seconds"),
            new(OptionId.Timestamp, 'T', "timestamp", None, "show the time of day of each block"),
            new(OptionId.Regexp, 'r', "regexp", None, "the pattern is a regular expression, not a * wildcard"),
            new(OptionId.Offsets, 's', "offset", None, "tell places in a function apart, and show their offsets"),
            new(OptionId.PerProcess, 'P', "perpid", None, "show each process by itself"),
            new(OptionId.KernelStacksOnly, 'K', "kernel-stacks-only", None, "kernel stacks only"),
            new(OptionId.UserStacksOnly, 'U', "user-stacks-only", None, "user stacks only"),
            new(OptionId.Addresses, 'v', "verbose", None, "tell addresses apart, and show them"),
            new(OptionId.Delimited, 'd', "delimited", None, "put a delimiter between kernel and user stacks"),
            new(OptionId.Folded, 'f', "folded", None, "print folded stacks, one line each"),
            new(OptionId.By, null, "by", Dimensions, "count threads, CPUs or both apart: thread, cpu, thread,cpu"),
            new(OptionId.NoUnwind, null, "no-unwind", None, "follow frame pointers only, without the tables of .eh_frame"),
            new(OptionId.ShowProgram, null, "debug", None, "show the BPF program"),
        ],
        [
            "stackcount submit_bio            # kernel and user stacks that submit block I/O",
            "stackcount -P ip_output          # the same of packets sent, by process",
            "stackcount -K 'tcp_send*'        # kernel stacks only, of functions that begin with tcp_send",
            "stackcount -Ks -r '^tcp_send.*'  # the same, with offsets and a regular expression",
            "stackcount -p 185 c:malloc       # who calls malloc in process 185",
            "stackcount -p 185 u:node:*       # stacks at the USDT probes of node",
            "stackcount -Ti 5 ip_output       # a block every 5 seconds, with the time of day",
            "stackcount -D 10 t:sched:sched_switch # for 10 seconds, at a tracepoint",
            "stackcount -df t:sched:sched_switch # folded, with a delimiter between user and kernel",
            "stackcount profile:99hz          # where CPUs spend their time",
            "stackcount --by thread -p 185 profile:99hz # the same for each thread of a process",
            "stackcount 'c:write(int fd) (fd == 1)' # who writes to the standard output",
            "stackcount 't:sched:sched_switch (args->prev_prio < 100)' # a condition on a field of a tracepoint",
            "stackcount 'r:c:read ((int)retval < 0)' # whose reads fail",
        ])
    {
        TakesCondition = true,
    };
}
