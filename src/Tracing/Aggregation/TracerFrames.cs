using System.Text.RegularExpressions;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// The frames that tracing itself puts on the kernel's stack, inside of the function that was hit: the program, what
/// calls it, and the trampolines of tracepoints and fentry. Of kprobes and profiles there are none.
/// </summary>
internal static partial class TracerFrames
{
    private static readonly string[] Prefixes =
    [
        "bpf_trace_run", "__bpf_trace_", "__bpf_prog_", "__traceiter_", "bpf_trampoline_", "perf_trace_", "perf_syscall_",
        "trace_call_bpf", "perf_call_bpf_", "__probestub_", "trace_event_raw_event_",
    ];

    private static readonly HashSet<string> Names = ["ftrace_trampoline", "ftrace_caller", "ftrace_regs_caller"];

    /// <summary>
    /// Whether a frame of this name is the tracer's, when it stands at the inner end. The names of programs have a tag:
    /// <c>bpf_prog_6deef7357e7b4530_stack</c>, and <c>bpf_prog_load</c> is a function like any other.
    /// </summary>
    internal static bool Contains(string name) =>
        Names.Contains(name)
        || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        || Program().IsMatch(name);

    [GeneratedRegex("^bpf_prog_[0-9a-f]{16}(_|$)")]
    private static partial Regex Program();
}
