using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>Empties a ring buffer, by libbpf.</summary>
internal sealed unsafe class RingBufferReader : RecordReader
{
    /// <summary>Tells libbpf to stop; it takes the record as read all the same.</summary>
    private const int Enough = -1;

    private readonly RingBufferHandle _ring;
    private GCHandle _self;

    /// <exception cref="BpfException">The buffer cannot be mapped.</exception>
    internal RingBufferReader(BpfMap map, OnRecord onRecord)
        : base(onRecord)
    {
        _self = GCHandle.Alloc(this);
        _ring = Native.RingBufferNew((int)map.Handle.Fd, &Receive, (void*)GCHandle.ToIntPtr(_self), null);
        if (_ring.IsInvalid)
        {
            var errno = Marshal.GetLastPInvokeError();
            Dispose();
            throw new BpfException($"cannot map the ring buffer '{map.Image.Name}': {Errors.Describe(errno)}", errno);
        }

        Files = [Native.RingBufferEpollFd(_ring)];
        Start();
    }

    protected override int ReadRecords() => Native.RingBufferConsume(_ring);

    protected override void Free()
    {
        _ring.Dispose();
        _self.Free();
    }

    /// <summary>No exception may cross into libbpf.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Receive(void* context, void* data, nuint size)
    {
        // The record stays where it is until this returns.
        var reader = (RingBufferReader?)GCHandle.FromIntPtr((nint)context).Target;
        return reader?.Take(new ReadOnlySpan<byte>(data, (int)size)) is true ? 0 : Enough;
    }
}
