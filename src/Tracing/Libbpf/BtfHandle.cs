using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>A <c>struct btf</c> of libbpf.</summary>
internal sealed class BtfHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Native.BtfFree(handle);
        return true;
    }
}
