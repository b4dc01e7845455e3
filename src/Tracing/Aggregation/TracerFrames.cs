namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// The frames that tracing itself puts on the kernel's stack, inside of the function that was hit: the program, what
/// calls it, and the trampolines of tracepoints and fentry.
/// </summary>
internal static class TracerFrames
{
    private static readonly string[] Prefixes =
    [
        "bpf_prog_", "bpf_trace_run", "__bpf_trace_", "__bpf_prog_", "__traceiter_", "bpf_trampoline_",
        "bpf_get_stack", "perf_trace_", "perf_syscall_", "trace_call_bpf", "perf_call_bpf_", "perf_trace_run_bpf_submit",
        "trace_sys_enter", "trace_sys_exit", "__probestub_",
    ];

    /// <summary>Whether a frame of this name is the tracer's, when it stands at the inner end.</summary>
    internal static bool Contains(string name) =>
        Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
