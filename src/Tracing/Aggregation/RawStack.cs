using System.Runtime.InteropServices;
using System.Text;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// What the kernel tells stacks apart by. As it lies in the map of counts: 48 bytes, little-endian.
/// </summary>
/// <param name="Tid">0 where threads are not told apart.</param>
/// <param name="Cpu">0 where CPUs are not told apart.</param>
/// <param name="CommLow">The first 8 bytes of the thread's name, which zeros fill up.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct StackKey(
    uint Slot, int Pid, int Tid, int Cpu, ulong CommLow, ulong CommHigh, ulong KernelHash, ulong UserHash)
{
    /// <summary>The thread's name.</summary>
    internal string Comm
    {
        get
        {
            Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
            MemoryMarshal.Write(bytes, CommLow);
            MemoryMarshal.Write(bytes[sizeof(ulong)..], CommHigh);
            var end = bytes.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        }
    }

    /// <summary>The hashes are good ones; the rest only tells owners of equal stacks apart.</summary>
    public override int GetHashCode() =>
        HashCode.Combine(KernelHash, UserHash, Pid, Tid, ((long)Cpu << 32) | Slot, CommLow, CommHigh);
}

/// <summary>A stack as the kernel announces it: addresses, innermost first.</summary>
/// <param name="KernelError">Why there is no kernel part: a negative errno; 0 if there is, or none was wanted.</param>
/// <param name="UserError">The same of the user part.</param>
/// <param name="Caller">At the entry of a user function, the address it returns to; else 0.</param>
internal sealed record RawStack(
    StackKey Key, int KernelError, int UserError, ulong Caller, ulong[] Kernel, ulong[] User)
{
    /// <summary>How unwinding the user part by tables ended; null if it was collected by frame pointers alone.</summary>
    internal UnwindEnd? UserEnd { get; init; }

    /// <summary>Whether the outermost function of the thread was reached, as its table says.</summary>
    internal bool IsUserWhole => UserEnd is { } end && (end & ~UnwindEnd.UsedFramePointer) == UnwindEnd.Complete;
}
