using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>
/// A file descriptor we own: a map, a program, a link or a perf event. Closing the last one to a link detaches; the
/// kernel closes all of them when the process dies, however it dies.
/// </summary>
public sealed class FileHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal FileHandle(nint fd)
        : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The number, for attributes that hold it; the caller keeps this object alive meanwhile.</summary>
    internal uint Fd => (uint)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Native.Close(handle) == 0;
}
