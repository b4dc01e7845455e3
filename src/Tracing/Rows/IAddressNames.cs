using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Rows;

/// <summary>Names the addresses that rows hold, as <c>symbol+0xoff [module]</c>. May be asked by many threads.</summary>
public interface IAddressNames
{
    /// <summary>Told of a process that is in a row, while it most likely lives. Never throws.</summary>
    /// <param name="comm">A new name is a sign of exec, or of another process with the same number.</param>
    void Meet(int pid, ReadOnlySpan<byte> comm);

    /// <summary>An address of the kernel; <c>0x… [unknown]</c> if nothing names it.</summary>
    string Kernel(ulong address);

    /// <summary>The same for an address of a process.</summary>
    string User(int pid, ulong address);

    /// <summary>The frames of a stack, innermost first, of the kernel or of a process.</summary>
    /// <param name="pid">The process; null for the kernel.</param>
    IReadOnlyList<ResolvedFrame> Stack(int? pid, ReadOnlySpan<ulong> addresses);
}
