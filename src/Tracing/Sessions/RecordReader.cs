using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// Empties a buffer of records: a thread of its own does so as soon as enough has arrived, and <see cref="Consume"/> does
/// at once. The handler is called by one thread at a time, with bytes that are only there during the call.
/// </summary>
internal abstract unsafe class RecordReader : IDisposable
{
    private const int CloseOnExec = 0x80000;

    private readonly Lock _gate = new();
    private readonly OnRecord _onRecord;
    private readonly FileHandle _wake;
    private readonly Thread _thread;
    private Exception? _failure;
    private volatile bool _stopping;

    /// <summary>Does not start the thread: <see cref="Start"/> does.</summary>
    protected RecordReader(OnRecord onRecord)
    {
        _onRecord = onRecord;
        _wake = new FileHandle(BpfException.ThrowIfFailed((nint)Native.EventFd(0, CloseOnExec), "create an eventfd"));
        _thread = new Thread(Run) { IsBackground = true, Name = "event buffer" };
    }

    /// <summary>Takes one record; false to be given no more for now.</summary>
    internal delegate bool OnRecord(ReadOnlySpan<byte> record);

    /// <summary>What becomes readable when there is something to read.</summary>
    protected IReadOnlyList<int> Files { get; set; } = [];

    /// <summary>The reader of a map, by its type.</summary>
    /// <exception cref="BpfException">The buffer cannot be mapped.</exception>
    internal static RecordReader Open(BpfMap map, OnRecord onRecord) => map.Image.Type == MapType.PerfEventArray
        ? new PerfBufferReader(map, onRecord)
        : new RingBufferReader(map, onRecord);

    /// <summary>Reads all that is there, up to a record whose program has not finished writing it.</summary>
    internal void Consume()
    {
        lock (_gate)
        {
            _ = ReadRecords();
        }

        if (_failure is { } failure)
        {
            throw new InvalidOperationException("a record of the buffer could not be taken", failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        ulong one = 1;
        _ = Native.Write(_wake, &one, sizeof(ulong));
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Free();
        _wake.Dispose();
    }

    protected void Start() => _thread.Start();

    /// <summary>Hands over what is there; 0 or less if that was nothing, or no more is taken for now.</summary>
    protected abstract int ReadRecords();

    /// <summary>Frees what the reader has; nobody reads any more.</summary>
    protected abstract void Free();

    /// <summary>False when no more is to be handed over for now. An exception is kept, and thrown by <see cref="Consume"/>.</summary>
    protected bool Take(ReadOnlySpan<byte> record)
    {
        try
        {
            return _onRecord(record);
        }
        catch (Exception failure)
        {
            _failure = failure;
            return false;
        }
    }

    private void Run()
    {
        while (WaitForRecords())
        {
            int consumed;
            lock (_gate)
            {
                consumed = _failure is null ? ReadRecords() : 0;
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
        var entries = new PollEntry[Files.Count + 1];
        for (var index = 0; index < Files.Count; index++)
        {
            entries[index] = new PollEntry { Fd = Files[index], Events = PollEntry.Readable };
        }

        entries[^1] = new PollEntry { Fd = (int)_wake.Fd, Events = PollEntry.Readable };

        // The kernel writes to the entries before it returns.
        fixed (PollEntry* first = entries)
        {
            _ = Native.Poll(first, (nuint)entries.Length, -1);
        }

        return !_stopping;
    }
}
