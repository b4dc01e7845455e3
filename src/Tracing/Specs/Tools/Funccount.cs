using static BpfDashboard.Tracing.Specs.OptionArgument;

namespace BpfDashboard.Tracing.Specs.Tools;

/// <summary>funccount: how often functions, tracepoints and USDT probes are hit.</summary>
public static class Funccount
{
    public static ToolDefinition Definition { get; } = new(
        "funccount",
        "Count calls of kernel and user functions, tracepoints and USDT probes.",
        [
            new(OptionId.Help, 'h', "help", None, "show this text"),
            new(OptionId.Pid, 'p', "pid", Number, "count only this process"),
            new(OptionId.Interval, 'i', "interval", Seconds, "begin a new block of counts every so many seconds"),
            new(OptionId.Duration, 'd', "duration", Seconds, "stop after so many seconds"),
            new(OptionId.Timestamp, 'T', "timestamp", None, "show the time of day of each block"),
            new(OptionId.Regexp, 'r', "regexp", None, "the pattern is a regular expression, not a * wildcard"),
            new(OptionId.ShowProgram, 'D', "debug", None, "show the BPF program"),
            new(OptionId.Cpu, 'c', "cpu", Number, "count only on this CPU"),
        ],
        [
            "funccount 'vfs_*'              # kernel functions that begin with vfs_",
            "funccount -r '^vfs.*'          # the same, as a regular expression",
            "funccount -Ti 5 'vfs_*'        # a block every 5 seconds, with the time of day",
            "funccount -d 10 'vfs_*'        # for 10 seconds",
            "funccount -p 185 'vfs_*'       # only calls by process 185",
            "funccount -c 1 'vfs_*'         # only calls on CPU 1",
            "funccount t:sched:sched_switch # a tracepoint",
            "funccount -p 185 u:node:gc*    # USDT probes of node that begin with gc",
            "funccount c:malloc             # malloc in libc, in all processes",
            "funccount go:os.*              # functions of libgo that begin with os.",
            "funccount -p 185 go:os.*       # the same, only in process 185",
            "funccount ./test:read*         # functions of the file ./test that begin with read",
        ]);
}
