using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>The running kernel's BTF, read once: parsing it takes tens of milliseconds, and it never changes.</summary>
internal static class VmlinuxBtf
{
    private const uint KindTypedef = 8;
    private const uint KindFunction = 12;

    private static readonly Lazy<BtfHandle> Btf = new(() =>
    {
        var btf = Native.BtfLoadVmlinux();
        return btf.IsInvalid ? throw new BpfException("this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)", Errors.NoEntry) : btf;
    });

    /// <summary>The BTF id a tracing program of this attach type is verified against, or of a function that programs may call.</summary>
    /// <exception cref="BpfException">No BTF, or no such function or tracepoint in it.</exception>
    internal static uint IdOf(string name, AttachType type)
    {
        // The kernel keeps a typedef btf_trace_NAME for each raw tracepoint, whose type is its prototype.
        var result = type == AttachType.TraceRawTp
            ? Native.BtfFindByNameKind(Btf.Value, $"btf_trace_{name}", KindTypedef)
            : Native.BtfFindByNameKind(Btf.Value, name, KindFunction);
        return (uint)BpfException.ThrowIfFailed(result, $"find '{name}' in the kernel's BTF");
    }
}
