namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// Where things lie in the record of one event. The kernel's program writes it, <see cref="Aggregation.RowBlock"/> reads
/// it; all in bytes, little-endian.
/// </summary>
internal static class RowRecord
{
    /// <summary>The kernel's monotonic clock at the event, in nanoseconds (u64).</summary>
    internal const int Time = 0;

    internal const int Slot = 8;
    internal const int Cpu = 12;

    /// <summary>The process, which the kernel calls the thread group (u32).</summary>
    internal const int Pid = 16;

    internal const int Tid = 20;
    internal const int Comm = 24;
    internal const int CommLength = 16;

    /// <summary>Which event of the session it is: an index in <c>BoundSpec.Events</c> (u32).</summary>
    internal const int Event = 40;

    /// <summary>A bit for each value that could not be read, the lowest for the first (u32).</summary>
    internal const int Faults = 44;
    internal const int HeaderSize = 48;

    /// <summary>A scratch buffer: a lock, then what unwinding needs, then the record.</summary>
    internal static class Scratch
    {
        internal const int Lock = 0;

        /// <summary>An <see cref="Tracing.Unwinding.UnwindState"/>.</summary>
        internal const int Unwinding = 8;
        internal const int Record = Unwinding + Tracing.Unwinding.UnwindState.Size;
    }
}
