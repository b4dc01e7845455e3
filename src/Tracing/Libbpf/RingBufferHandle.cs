using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>A <c>struct ring_buffer</c> of libbpf.</summary>
internal sealed class RingBufferHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Native.RingBufferFree(handle);
        return true;
    }
}
