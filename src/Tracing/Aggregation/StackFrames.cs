using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// Numbers the frames at addresses. Within a tick it asks the symbolizer once for each address: different stacks consist
/// of the same few addresses. Not longer, since processes load libraries and generate code.
/// </summary>
/// <param name="limit">Most frames.</param>
internal sealed class StackFrames(StackOptions options, ISymbolizer symbolizer, int limit)
{
    /// <summary>Stands for a frame that would be one too many.</summary>
    internal const int None = -1;

    private readonly Numbers<Frame> _frames = new(first: 0);
    private readonly List<Traits> _traits = [];
    private readonly Dictionary<(int Pid, ulong Address, bool IsReturnAddress), int[]> _known = [];
    private readonly List<ResolvedFrame> _resolved = [];

    [Flags]
    private enum Traits
    {
        None = 0,
        Unknown = 1,
        Beginning = 2,
        Tracer = 4,
    }

    /// <summary>The frames at an address of a process, outermost first.</summary>
    internal int[] OfUser(int pid, ulong address, bool isReturnAddress)
    {
        ref var frames = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, (pid, address, isReturnAddress), out _);
        if (frames is null)
        {
            symbolizer.ResolveUser(pid, address, isReturnAddress, _resolved);
            frames = TakeResolved();
        }

        return frames;
    }

    /// <summary>The same of an address of the kernel. No process has the number 0.</summary>
    internal int[] OfKernel(ulong address, bool isReturnAddress)
    {
        ref var frames = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, (0, address, isReturnAddress), out _);
        if (frames is null)
        {
            symbolizer.ResolveKernel(address, isReturnAddress, _resolved);
            frames = TakeResolved();
        }

        return frames;
    }

    /// <summary>The number of a frame, beyond the limit too.</summary>
    internal int Of(Frame frame)
    {
        var number = _frames.Of(frame);
        if (number == _traits.Count)
        {
            _traits.Add(
                (frame.Kind is FrameKind.UnknownKernel or FrameKind.UnknownUser ? Traits.Unknown : Traits.None)
                | (ThreadBeginnings.Contains(frame) ? Traits.Beginning : Traits.None)
                | (TracerFrames.Contains(frame.Name) ? Traits.Tracer : Traits.None));
        }

        return number;
    }

    internal bool IsUnknown(int frame) => Has(frame, Traits.Unknown);

    /// <summary>Whether a thread may begin there.</summary>
    internal bool IsBeginning(int frame) => Has(frame, Traits.Beginning);

    /// <summary>Whether it is the tracer's own, when it stands at the inner end of the kernel's part.</summary>
    internal bool IsTracer(int frame) => Has(frame, Traits.Tracer);

    /// <summary>The frames that appeared since the call before. Addresses are named anew after it.</summary>
    internal IReadOnlyList<Frame> TakeNew()
    {
        _known.Clear();
        return _frames.TakeNew();
    }

    private bool Has(int frame, Traits trait) => frame != None && _traits[frame].HasFlag(trait);

    private int[] TakeResolved()
    {
        var frames = new int[_resolved.Count];
        for (var index = 0; index < frames.Length; index++)
        {
            frames[^(index + 1)] = Number(ToFrame(_resolved[index]));
        }

        _resolved.Clear();
        return frames;
    }

    private int Number(Frame frame) => _frames.Count < limit ? Of(frame) : _frames.Find(frame) ?? None;

    private Frame ToFrame(ResolvedFrame frame) => new(
        frame.Name,
        frame.Module,
        frame.Kind,
        options.Offsets ? frame.Offset : null,
        options.Addresses ? frame.Address : null);
}
