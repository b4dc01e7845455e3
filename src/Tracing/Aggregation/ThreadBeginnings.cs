using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>Where the user part of a stack begins when it is whole. The only place that lists them.</summary>
internal static class ThreadBeginnings
{
    private static readonly HashSet<string> Names =
    [
        // The first instructions of a program: its own, the dynamic linker's, musl's, Go's.
        "_start", "_dl_start", "_dl_start_user", "_start_c", "_rt0_amd64", "_rt0_amd64_linux", "_rt0_arm64_linux",
        "runtime.rt0_go", "runtime.rt0_go.abi0",

        // What starts a thread or calls main; without frame pointers the chain ends there and nothing is missing of interest.
        "start_thread", "clone", "clone3", "__clone", "__clone3", "__clone_internal", "__clone_internal_fallback",
        "__libc_start_call_main", "generic_start_main", "runtime.mstart", "runtime.mstart.abi0", "runtime.goexit",
        "runtime.goexit.abi0",
    ];

    /// <summary>Whether a thread may begin in this frame.</summary>
    internal static bool Contains(Frame frame) =>
        Names.Contains(frame.Name) || frame.Name.StartsWith("__libc_start_main", StringComparison.Ordinal);
}
