namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// Where things lie in the record that announces a new stack, and in the scratch buffer it is made in. The kernel's
/// program writes it, the session reads it; all in bytes, little-endian.
/// </summary>
internal static class StackRecord
{
    /// <summary>Most frames of each part: what <c>kernel.perf_event_max_stack</c> is unless changed.</summary>
    internal const int MaxFrames = 127;

    /// <summary>Most bytes of each part.</summary>
    internal const int MaxPart = MaxFrames * sizeof(ulong);

    // The key, by which the map of counts tells stacks apart.
    internal const int Slot = 0;
    internal const int Pid = 4;
    internal const int Tid = 8;
    internal const int Cpu = 12;
    internal const int Comm = 16;
    internal const int CommLength = 16;
    internal const int KernelHash = 32;
    internal const int UserHash = 40;
    internal const int KeySize = 48;

    /// <summary>Length of the kernel's part, or a negative errno (s32).</summary>
    internal const int KernelResult = 48;

    /// <summary>The same of the user part.</summary>
    internal const int UserResult = 52;

    /// <summary>The word on top of the user stack at the entry of a function: the return address. Else 0.</summary>
    internal const int Caller = 56;

    /// <summary>How unwinding by tables ended, see <see cref="Unwinding.UnwindEnd"/>; -1 if there were none (s64).</summary>
    internal const int UserEnd = 64;

    /// <summary>The frames, innermost first: the kernel's part, directly behind it the user part.</summary>
    internal const int Frames = 72;

    internal const int MaxSize = Frames + (2 * MaxPart);

    /// <summary>A scratch buffer: a lock, the two lengths, then the record.</summary>
    internal static class Scratch
    {
        internal const int Lock = 0;
        internal const int KernelLength = 8;
        internal const int UserLength = 16;
        internal const int Record = 24;

        /// <summary>An <see cref="Unwinding.UnwindState"/>.</summary>
        internal const int Unwinding = Record + MaxSize;
        internal const int Size = Unwinding + Tracing.Unwinding.UnwindState.Size;

        /// <summary>
        /// Buffers of each CPU. A program may be interrupted while it uses one, by an interrupt or an NMI that hits a
        /// probe; and in user probes by other threads, each of which keeps one until it is its turn again: where
        /// programs are slow and threads many, 4 were not enough (a third of the events lost in an emulated guest).
        /// </summary>
        internal const int PerCpu = 16;
    }
}
