using System.Globalization;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Rows;

/// <summary>
/// Names by a symbolizer, which is made when the first address or process comes: most sessions show none. Names are
/// remembered, so that a process that called exec since keeps those it was seen with.
/// </summary>
public sealed class SymbolNames(Func<ISymbolizer> symbolizer) : IAddressNames, IDisposable
{
    /// <summary>Names that are remembered, some 100 bytes each, and processes; all are forgotten at once.</summary>
    private const int MaxKnown = 50_000;

    private readonly Lock gate = new();

    /// <summary>A symbolizer may be told of processes while it names addresses, which takes long where files are read.</summary>
    private readonly Lock meeting = new();
    private readonly Lazy<ISymbolizer> made = new(symbolizer);
    private readonly Dictionary<(int Pid, ulong Address), string> names = [];
    private readonly HashSet<(int Pid, UInt128 Comm)> met = [];
    private readonly List<ResolvedFrame> frames = [];
    private bool isDisposed;

    /// <inheritdoc/>
    public void Meet(int pid, ReadOnlySpan<byte> comm)
    {
        Span<byte> name = stackalloc byte[16];
        name.Clear();
        comm[..Math.Min(comm.Length, name.Length)].CopyTo(name);
        lock (meeting)
        {
            if (met.Count >= MaxKnown)
            {
                met.Clear();
            }

            if (!isDisposed && met.Add((pid, System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(name))))
            {
                made.Value.Meet(pid);
            }
        }
    }

    /// <inheritdoc/>
    public string Kernel(ulong address) => Find(0, address);

    /// <inheritdoc/>
    public string User(int pid, ulong address) => Find(pid, address);

    /// <inheritdoc/>
    public IReadOnlyList<ResolvedFrame> Stack(int? pid, ReadOnlySpan<ulong> addresses)
    {
        var stack = new List<ResolvedFrame>(addresses.Length);
        lock (gate)
        {
            for (var index = 0; index < addresses.Length; index++)
            {
                Add(pid, addresses[index], isReturnAddress: index > 0, stack);
            }
        }

        return stack;
    }

    /// <summary>A frame as BCC prints it: <c>vfs_read+0x1f [kernel]</c>.</summary>
    public static string Print(ResolvedFrame frame)
    {
        var module = frame.Module is { } path ? $" [{Path.GetFileName(path).Trim('[', ']')}]" : "";
        return frame.Kind is FrameKind.UnknownKernel or FrameKind.UnknownUser ? Unknown(frame.Address) + module
            : frame.Offset is { } offset ? string.Create(CultureInfo.InvariantCulture, $"{frame.Name}+0x{offset:x}{module}")
            : frame.Name + module;
    }

    /// <summary>Lets go of the processes' files; what is not remembered has no name from now on.</summary>
    public void Dispose()
    {
        lock (meeting)
        {
            lock (gate)
            {
                if (made.IsValueCreated && !isDisposed)
                {
                    made.Value.Dispose();
                }

                isDisposed = true;
            }
        }
    }

    /// <summary>Process 0, the idle one, runs nothing but the kernel.</summary>
    private string Find(int pid, ulong address)
    {
        lock (gate)
        {
            if (names.TryGetValue((pid, address), out var known))
            {
                return known;
            }

            if (isDisposed)
            {
                return Unknown(address);
            }

            if (names.Count >= MaxKnown)
            {
                names.Clear();
            }

            return names[(pid, address)] = Resolve(pid, address);
        }
    }

    private string Resolve(int pid, ulong address)
    {
        frames.Clear();
        Add(pid == 0 ? null : pid, address, isReturnAddress: false, frames);

        // The innermost comes first: functions that were inlined have no address of their own.
        return frames.Count == 0 ? Unknown(address) : Print(frames[^1]);
    }

    private void Add(int? pid, ulong address, bool isReturnAddress, List<ResolvedFrame> into)
    {
        if (isDisposed)
        {
            into.Add(new ResolvedFrame(
                Frame.Unknown, null, pid is null ? FrameKind.UnknownKernel : FrameKind.UnknownUser, null, address));
        }
        else if (pid is { } process)
        {
            made.Value.ResolveUser(process, address, isReturnAddress, into);
        }
        else
        {
            made.Value.ResolveKernel(address, isReturnAddress, into);
        }
    }

    private static string Unknown(ulong address) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{address:x} {Frame.Unknown}");
}
