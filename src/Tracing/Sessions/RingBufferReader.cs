using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Empties a ring buffer: a thread of its own does so as soon as something arrives, and <see cref="Consume"/> does at
/// once. The handler is called by one thread at a time, with bytes that are only there during the call.
/// </summary>
internal sealed unsafe class RingBufferReader : IDisposable
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Tells libbpf to stop; it takes the record as read all the same.</summary>
    private const int Enough = -1;

    private readonly Lock _gate = new();
    private readonly OnRecord _onRecord;
    private readonly RingBufferHandle _ring;
    private readonly FileHandle _wake;
    private readonly Thread _thread;
    private GCHandle _self;
    private Exception? _failure;
    private volatile bool _stopping;

    /// <exception cref="BpfException">The buffer cannot be mapped.</exception>
    internal RingBufferReader(BpfMap map, OnRecord onRecord)
    {
        _onRecord = onRecord;
        _wake = new FileHandle(BpfException.ThrowIfFailed((nint)Native.EventFd(0, CloseOnExec), "create an eventfd"));
        _self = GCHandle.Alloc(this);
        _ring = Native.RingBufferNew((int)map.Handle.Fd, &Receive, (void*)GCHandle.ToIntPtr(_self), null);
        if (_ring.IsInvalid)
        {
            var errno = Marshal.GetLastPInvokeError();
            _self.Free();
            _wake.Dispose();
            throw new BpfException($"cannot map the ring buffer '{map.Image.Name}': {Errors.Describe(errno)}", errno);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "ring buffer" };
        _thread.Start();
    }

    /// <summary>Takes one record; false to be given no more for now.</summary>
    internal delegate bool OnRecord(ReadOnlySpan<byte> record);

    /// <summary>Reads all that is there, up to a record whose program has not finished writing it.</summary>
    internal void Consume()
    {
        lock (_gate)
        {
            _ = Native.RingBufferConsume(_ring);
        }

        if (_failure is { } failure)
        {
            throw new InvalidOperationException("a record of the ring buffer could not be taken", failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        ulong one = 1;
        _ = Native.Write(_wake, &one, sizeof(ulong));
        _thread.Join();
        _ring.Dispose();
        _wake.Dispose();
        _self.Free();
    }

    private void Run()
    {
        while (WaitForRecords())
        {
            int consumed;
            lock (_gate)
            {
                consumed = _failure is null ? Native.RingBufferConsume(_ring) : Enough;
            }

            if (consumed <= 0)
            {
                // A record that is not finished, or a handler that wants no more for now: not to be asked in a circle.
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>False when it is time to end.</summary>
    private bool WaitForRecords()
    {
        // Two entries on the stack, which poll writes to before it returns.
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Fd = Native.RingBufferEpollFd(_ring), Events = PollEntry.Readable };
        entries[1] = new PollEntry { Fd = (int)_wake.Fd, Events = PollEntry.Readable };
        _ = Native.Poll(entries, 2, -1);
        return !_stopping;
    }

    /// <summary>No exception may cross into libbpf; it is kept, and thrown by <see cref="Consume"/>.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Receive(void* context, void* data, nuint size)
    {
        var reader = (RingBufferReader?)GCHandle.FromIntPtr((nint)context).Target;
        try
        {
            // The record stays where it is until this returns.
            return reader?._onRecord(new ReadOnlySpan<byte>(data, (int)size)) is true ? 0 : Enough;
        }
        catch (Exception failure)
        {
            reader?._failure = failure;
            return Enough;
        }
    }
}
