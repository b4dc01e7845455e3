using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing;

/// <summary>From text to a running session. The server owns one; its tests put a scripted one in its place.</summary>
public interface ITracingEngine
{
    /// <summary>Compiles a command line; never throws for what a user can type. Touches no program or map.</summary>
    CompileResult Compile(string text);

    /// <summary>Loads and attaches a compiled command.</summary>
    /// <param name="progress">Told after each group of probes how many of all were tried; may be null.</param>
    /// <exception cref="Libbpf.BpfException">Nothing could be attached; all that was made is undone.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two attachments; all that was made is undone.</exception>
    ITracingSession Start(
        CompileResult compiled, IProgress<AttachProgress>? progress = null, CancellationToken cancel = default);

    /// <summary>What this process may do and what it lacks, found by trying.</summary>
    HostReport Inspect();

    /// <summary>Names the addresses that rows show; for one session, which disposes it when nobody can look any more.</summary>
    ISymbolizer CreateSymbolizer();

    /// <summary>
    /// Why probes of a session may count nothing. Of probes on user functions and USDT only, and only what it knows; it may
    /// look for some seconds.
    /// </summary>
    /// <param name="silent">Which probes of the command count nothing.</param>
    /// <param name="atStart">True: only what is certain before anything could be counted.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<IReadOnlyList<Explanation>> ExplainSilenceAsync(
        BoundSpec bound, IReadOnlyCollection<int> silent, bool atStart, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<Explanation>>([]);
}

/// <summary>Programs at work in the kernel. Disposing detaches and frees all of them before it returns.</summary>
public interface ITracingSession : IDisposable
{
    /// <summary>What was attached, how, and what was left out with the reason.</summary>
    AttachReport Report { get; }

    /// <summary>Reads the maps and returns what changed since the call before. Not thread-safe.</summary>
    Tick TakeTick();

    /// <summary>
    /// Stops counting, and returns when nothing is counted any more, after tens of milliseconds at most: the next tick
    /// holds all that is left, and with it all that was generated is accounted for. Detaching, which may take long, is
    /// left to <see cref="IDisposable.Dispose"/>. Doing it again does nothing.
    /// </summary>
    void StopCounting()
    {
    }
}

/// <summary>How far attaching has come.</summary>
public readonly record struct AttachProgress(int Done, int Total);

/// <summary>The outcome of attaching.</summary>
/// <param name="Mechanisms">For each slot that is counted, by what: "uprobe.multi", "raw tracepoint" …</param>
/// <param name="Skipped">Targets no mechanism could attach, with the kernel's reason; their slots stay zero.</param>
/// <param name="AttachTime">From the first load to the last link.</param>
public sealed record AttachReport(
    IReadOnlyDictionary<int, string> Mechanisms, IReadOnlyList<SkippedTarget> Skipped, TimeSpan AttachTime)
{
    /// <summary>What the user should know of how it went, such as that a kernel refused to unwind by tables.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
