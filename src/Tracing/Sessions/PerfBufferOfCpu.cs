using BpfDashboard.Tracing.Libbpf;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>The perf buffer of one CPU: a page that says how far it is written and read, then the records, in a circle.</summary>
internal sealed unsafe class PerfBufferOfCpu : IDisposable
{
    private const int ReadAndWrite = 3;
    private const int Shared = 1;

    // struct perf_event_mmap_page
    private const int DataHead = 1024;
    private const int DataTail = 1032;

    // struct perf_event_header, and what follows it in a sample: the length of its data.
    private const uint Sample = 9;
    private const int SizeOffset = 6;
    private const int HeaderSize = 8;
    private const int DataOffset = HeaderSize + sizeof(uint);

    private readonly FileHandle _event;
    private readonly byte* _page;
    private readonly int _size;
    private byte[] _wrapped = [];

    /// <param name="size">Bytes of records, a power of two and of whole pages. The reader is woken when an eighth waits.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal PerfBufferOfCpu(int cpu, int size)
    {
        var errno = PerfEvent.ProgramOutput(cpu, size / 8, out var file);
        _event = file ?? throw new BpfException($"cannot make a perf buffer of CPU {cpu}: {Errors.Describe(errno)}", errno);
        _size = size;

        // The descriptor stays ours: the handle only lends it to mmap.
        using var borrowed = new SafeFileHandle((nint)_event.Fd, ownsHandle: false);
        _page = (byte*)Native.Mmap(null, (nuint)(Environment.SystemPageSize + size), ReadAndWrite, Shared, borrowed, 0);
        if ((nint)_page == -1)
        {
            _event.Dispose();
            throw new BpfException($"cannot map the perf buffer of CPU {cpu}: {Errors.Describe(Errors.NoMemory)}", Errors.NoMemory);
        }

        PerfEvent.Enable(_event);
    }

    internal uint Fd => _event.Fd;

    private byte* Records => _page + Environment.SystemPageSize;

    /// <summary>Hands over what is there, and counts it; false once no more is wanted for now.</summary>
    internal bool Read(RecordReader.OnRecord take, ref int taken)
    {
        var head = Volatile.Read(ref *(ulong*)(_page + DataHead));
        var tail = *(ulong*)(_page + DataTail);
        var isWanted = true;
        while (isWanted && tail < head)
        {
            // Records begin at multiples of 8, so no header is cut in two.
            var header = Records + (tail & (ulong)(_size - 1));
            var length = *(ushort*)(header + SizeOffset);
            if (*(uint*)header == Sample)
            {
                isWanted = take(Data(tail, length));
                taken++;
            }

            tail += length;
        }

        Volatile.Write(ref *(ulong*)(_page + DataTail), tail);
        return isWanted;
    }

    public void Dispose()
    {
        _ = Native.Munmap(_page, (nuint)(Environment.SystemPageSize + _size));
        _event.Dispose();
    }

    /// <summary>
    /// The data of a record, which may go on at the beginning. Ours are multiples of 8 bytes; the kernel adds four, with which
    /// the length before them is one too.
    /// </summary>
    private ReadOnlySpan<byte> Data(ulong tail, int length)
    {
        var data = (length - DataOffset) & ~7;
        var start = (int)((tail + DataOffset) & (ulong)(_size - 1));
        var untilEnd = _size - start;
        if (data <= untilEnd)
        {
            // Nobody writes there before the tail has moved.
            return new ReadOnlySpan<byte>(Records + start, data);
        }

        if (_wrapped.Length < data)
        {
            _wrapped = new byte[data];
        }

        new ReadOnlySpan<byte>(Records + start, untilEnd).CopyTo(_wrapped);
        new ReadOnlySpan<byte>(Records, data - untilEnd).CopyTo(_wrapped.AsSpan(untilEnd));
        return _wrapped.AsSpan(0, data);
    }
}
