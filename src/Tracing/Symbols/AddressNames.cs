namespace BpfDashboard.Tracing.Symbols;

/// <summary>Knows no names: every frame is its address. For tests of everything else.</summary>
internal sealed class AddressNames : ISymbolizer
{
    public void Meet(int pid)
    {
    }

    public void ResolveUser(int pid, ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
        frames.Add(new ResolvedFrame($"0x{address:x}", null, FrameKind.UnknownUser, null, address));

    public void ResolveKernel(ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
        frames.Add(new ResolvedFrame($"0x{address:x}", null, FrameKind.UnknownKernel, null, address));

    public void Dispose()
    {
    }
}
