namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Names addresses. Asked by one thread at a time, except for <see cref="Meet"/>, which any thread may call meanwhile.
/// Tests that need no processes put their own in its place.
/// </summary>
public interface ISymbolizer : IDisposable
{
    /// <summary>
    /// Called at the first sight of a process, while it most likely lives: keeps its mappings and a way to its files,
    /// so that addresses can be named after it has ended. Takes well under a millisecond; never throws.
    /// </summary>
    void Meet(int pid);

    /// <summary>
    /// Appends the frames at one address of a process, innermost first: inlined functions, then the function itself.
    /// At least one frame is appended; an address that nothing names gives an unknown one.
    /// </summary>
    /// <param name="isReturnAddress">
    /// True for all frames but the innermost of a stack: the call before the address is looked up, so that a call which
    /// never returns, at the very end of a function, is not named after the next function.
    /// </param>
    void ResolveUser(int pid, ulong address, bool isReturnAddress, List<ResolvedFrame> frames);

    /// <summary>The same for an address of the kernel.</summary>
    void ResolveKernel(ulong address, bool isReturnAddress, List<ResolvedFrame> frames);
}

/// <summary>A named address with all that is known of it; how much of it a session keeps is the session's choice.</summary>
/// <param name="Offset">Bytes from the start of the function; null if it is not known.</param>
public readonly record struct ResolvedFrame(string Name, string? Module, FrameKind Kind, ulong? Offset, ulong Address);
