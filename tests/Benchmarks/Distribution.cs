namespace BpfDashboard.Benchmarks;

/// <summary>A distribution, and how we, BCC and bpftrace are asked for it.</summary>
/// <param name="Command">The workload's, before the number of calls.</param>
/// <param name="Kind">-C or -H.</param>
/// <param name="Spec">Of argdist, whoever's; {0} is the workload's file.</param>
/// <param name="Script">Of bpftrace; {0} is the workload's file, {1} its pid.</param>
internal sealed record Distribution(string Name, string Command, string Kind, string Spec, string Script)
{
    private const string Call = "t:syscalls:sys_enter_getpgid():int:args->pid";
    private const string CallProbe = "tracepoint:syscalls:sys_enter_getpgid /pid == {1}/ ";
    private const string Rename = "t:task:task_rename():int:args->pid";
    private const string RenameProbe = "tracepoint:task:task_rename /pid == {1}/ ";
    private const string Key = "p:{0}:pair(int key, long value):int:key";
    private const string KeyProbe = "uprobe:{0}:pair /pid == {1}/ ";
    private const string Count = "{{ @[args->pid] = count(); }}";
    private const string Histogram = "{{ @ = hist(args->pid); }}";

    private static readonly Distribution ManyKeys = new(
        "user function, 10,000 values", "pair 10000", "-C", Key, KeyProbe + "{{ @[arg0] = count(); }}");

    private static readonly Distribution Latency = new(
        "user function, $latency", "pair 10", "-H", "r:{0}:pair():u64:$latency",
        KeyProbe + "{{ @start[tid] = nsecs; }} "
            + "uretprobe:{0}:pair /pid == {1} && @start[tid]/ {{ @ = hist(nsecs - @start[tid]); delete(@start[tid]); }}");

    private const string Wrapper = "__x64_sys_getpgid";

    /// <summary>Of kernel functions, which not every kernel lets us probe.</summary>
    internal static readonly Distribution[] KernelFunctions =
    [
        new("kernel function, $latency", "call 10", "-H", "r::" + Wrapper + "():u64:$latency",
            "kprobe:" + Wrapper + " /pid == {1}/ {{ @start[tid] = nsecs; }} "
                + "kretprobe:" + Wrapper + " /pid == {1} && @start[tid]/ {{ @ = hist(nsecs - @start[tid]); delete(@start[tid]); }}"),
    ];

    internal static readonly Distribution[] All =
    [
        new("system call, 10 values", "call 10", "-C", Call, CallProbe + Count),
        new("system call, 10,000 values", "call 10000", "-C", Call, CallProbe + Count),
        new("system call", "call 10000", "-H", Call, CallProbe + Histogram),
        new("tracepoint, 1 value", "renames 2", "-C", Rename, RenameProbe + Count),
        new("tracepoint", "renames 2", "-H", Rename, RenameProbe + Histogram),
        new("user function, 10 values", "pair 10", "-C", Key, KeyProbe + "{{ @[arg0] = count(); }}"),
        ManyKeys,
        new("user function", "pair 10000", "-H", Key, KeyProbe + "{{ @ = hist(arg0); }}"),
        Latency,
    ];

    /// <summary>Those of which starting and stopping is measured too.</summary>
    internal static readonly Distribution[] Started = [ManyKeys, Latency];

    /// <summary>The command for a workload.</summary>
    internal string Ours(Workload workload) => $"argdist -p {workload.Pid} {Kind} '{SpecOf(workload)}'";

    /// <summary>Whether entries and returns are paired.</summary>
    internal bool IsOfCalls => Spec.Contains("$latency", StringComparison.Ordinal);

    /// <summary>The command that only counts the same events; null of those that are pairs.</summary>
    internal string? CountingOnly(Workload workload) => Spec[0] == 'r' ? null
        : $"-p {workload.Pid} {string.Format(null, Spec[..Spec.IndexOf('(', StringComparison.Ordinal)], workload.File)
            .Replace("p:/", "/", StringComparison.Ordinal)}";

    internal Rival Bpftrace(Workload workload) =>
        Rivals.Scripted(string.Format(null, Script, workload.File, workload.Pid));

    /// <summary>BCC prints, and clears its maps, after each interval; it is told for how long, and how often.</summary>
    internal Rival Bcc(Workload workload, IReadOnlyList<string> options) => new("bcc", "/usr/sbin/argdist-bpfcc", (_, pid) =>
        ["-p", $"{pid}", .. options, Kind, SpecOf(workload)])
    {
        SilentProbes = IsOfCalls ? 2 : 1,
    };

    private string SpecOf(Workload workload) => string.Format(null, Spec, workload.File);
}
