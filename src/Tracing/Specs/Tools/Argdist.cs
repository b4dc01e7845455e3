using static BpfDashboard.Tracing.Specs.OptionArgument;

namespace BpfDashboard.Tracing.Specs.Tools;

/// <summary>argdist: how often which values came, and histograms of values.</summary>
/// <remarks>
/// Its letters are its own: <c>-t</c> is a thread, <c>-z</c> the size of texts, <c>-n</c> a number of outputs, <c>-C</c> and
/// <c>-H</c> are followed by what to collect.
/// </remarks>
public static class Argdist
{
    public static ToolDefinition Definition { get; } = new(
        "argdist",
        "Count the values of arguments, results and other expressions, or show their distribution as a histogram.",
        [
            new(OptionId.Help, 'h', "help", None, "show this text"),
            new(OptionId.Pid, 'p', "pid", Number, "trace only this process"),
            new(OptionId.Thread, 't', "tid", Number, "trace only this thread"),
            new(OptionId.StringSize, 'z', "string-size", Number, "most bytes of a text, 80 without this"),
            new(OptionId.Interval, 'i', "interval", Seconds, "length of a block of output, 1 second without this"),
            new(OptionId.Duration, 'd', "duration", Seconds, "stop after so many seconds"),
            new(OptionId.Outputs, 'n', "number", Number, "stop after so many blocks"),
            new(OptionId.ShowProgram, 'v', "verbose", None, "show the BPF program"),
            new(OptionId.Cumulative, 'c', "cumulative", None, "blocks hold everything since the start"),
            new(OptionId.Top, 'T', "top", Number, "only so many values, the most frequent ones"),
            new(OptionId.Histogram, 'H', "histogram", Text, "a histogram of this; may be repeated"),
            new(OptionId.Count, 'C', "count", Text, "how often which values of this came; may be repeated"),
            new(OptionId.Linear, null, "linear", Text, "histograms have buckets of equal width: MIN,MAX,STEP"),
            new(OptionId.Include, 'I', "include", Text, "accepted; types come from the kernel itself"),
            new(OptionId.ShowProgram, null, "ebpf", None, "show the BPF program"),
        ],
        [
            "argdist -H 'r::vfs_read()'                    # what vfs_read returns, as a histogram",
            "argdist -C 'p:c:write(int fd):int:fd'         # how often which file is written to",
            "argdist -H 'r:c:open(char *f):u64:$latency/1000:$retval > 0#open, us' # how long open takes",
            "argdist -C 'p:c:write(int fd, void *buf, size_t n):int,size_t:fd,n:n > 100' # pairs, and a filter",
            "argdist -H 'p:c:write(int fd, void *buf, size_t n):int,size_t:fd,n' # a histogram for each fd",
            "argdist -C 't:syscalls:sys_exit_epoll_wait():char*:$COMM' # who waits",
            "argdist --linear 0,100,10 -H 'p:c:sleep(u32 seconds):u32:seconds' # buckets of equal width",
        ])
    {
        Grammar = ProbeGrammar.Specifiers,
    };
}
