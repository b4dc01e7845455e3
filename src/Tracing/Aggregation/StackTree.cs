using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// Names the addresses of stacks, and numbers nodes, contexts and series in the order in which they appear.
/// </summary>
/// <param name="maxFrames">Frames of a part that the kernel stops at.</param>
/// <param name="limit">
/// Most nodes, and most series. Of stacks beyond it only the number is kept, in one series at the frame
/// <see cref="NotKept"/>.
/// </param>
internal sealed class StackTree(StackOptions options, ISymbolizer symbolizer, int maxFrames, int limit)
{
    /// <summary>Name of the frame that stands for all stacks beyond the limit.</summary>
    internal const string NotKept = "[not kept: too many different stacks]";

    /// <summary>The node of a stack without frames.</summary>
    private const int Root = 0;

    private readonly StackFrames _frames = new(options, symbolizer, limit);
    private readonly Numbers<StackNode> _nodes = new(first: 1);
    private readonly Numbers<StackContext> _contexts = new(first: 0);
    private readonly Numbers<StackSeries> _series = new(first: 0);
    private readonly HashSet<uint> _lacksCaller = [];
    private readonly List<int> _path = [];

    /// <summary>The series of a stack, which may be new.</summary>
    internal int Resolve(RawStack stack)
    {
        _path.Clear();
        var quality = AddUser(stack) | AddKernel(stack);
        int? node = Root;
        foreach (var frame in _path)
        {
            node = node is { } parent ? Child(parent, frame) : null;
        }

        return node is { } innermost ? Series(Context(stack.Key), innermost, quality) : Overflow();
    }

    /// <summary>The definitions that are new since the call before, with the counts given.</summary>
    internal StackChanges TakeNew(IReadOnlyList<CountDelta> counts) =>
        new(_frames.TakeNew(), _nodes.TakeNew(), _contexts.TakeNew(), _series.TakeNew(), counts);

    /// <summary>The node of a frame under a parent; null if it would be one too many.</summary>
    private int? Child(int parent, int frame) =>
        frame == StackFrames.None ? null
        : _nodes.Count < limit ? _nodes.Of(new StackNode(parent, frame))
        : _nodes.Find(new StackNode(parent, frame));

    private int Series(StackContext context, int node, StackQuality quality) =>
        _series.Count < limit ? _series.Of(new StackSeries(_contexts.Of(context), node, quality))
        : _contexts.Find(context) is { } known ? _series.Find(new StackSeries(known, node, quality)) ?? Overflow()
        : Overflow();

    private int Overflow()
    {
        var node = _nodes.Of(new StackNode(Root, _frames.Of(new Frame(NotKept, null, FrameKind.UnknownUser))));
        var context = _contexts.Of(new StackContext(0, 0, -1, ""));
        return _series.Of(new StackSeries(context, node, StackQuality.Good));
    }

    private StackContext Context(StackKey key) => new(
        key.Pid, key.Tid, options.ByCpu ? key.Cpu : -1, key.Comm);

    /// <summary>The user part, outermost first.</summary>
    private StackQuality AddUser(RawStack stack)
    {
        var addresses = WithCaller(stack);
        for (var index = addresses.Length - 1; index >= 0; index--)
        {
            _path.AddRange(_frames.OfUser(stack.Key.Pid, addresses[index], isReturnAddress: index > 0));
        }

        return (stack.UserError < 0 ? StackQuality.NoUserStack : StackQuality.Good)
            | QualityOf(first: 0, stack.IsUserWhole ? 0 : stack.User.Length)
            | (_path.Count > 0 && stack.User.Length < maxFrames && !stack.IsUserWhole && !_frames.IsBeginning(_path[0])
                ? StackQuality.Broken
                : StackQuality.Good);
    }

    /// <summary>
    /// The caller of a function that was probed at its first instruction is on top of the stack, and not yet in the chain
    /// of frame pointers. Linux 6.12 puts it in by itself, but only into functions that begin with <c>push %rbp</c>. A
    /// place that was once seen without it never has it, and an equal address there is one of a recursion.
    /// </summary>
    private ulong[] WithCaller(RawStack stack)
    {
        if (stack.Caller == 0 || stack.User.Length == 0)
        {
            return stack.User;
        }

        // Tables know where the caller's address is; only the frame pointer's chain may pass it by at each hit of a place.
        var isMissing = stack.User.Length == 1 || stack.User[1] != stack.Caller;
        if (isMissing && stack.UserEnd is null)
        {
            _lacksCaller.Add(stack.Key.Slot);
        }

        return isMissing || (stack.UserEnd is null && _lacksCaller.Contains(stack.Key.Slot))
            ? [stack.User[0], stack.Caller, .. stack.User.AsSpan(1)]
            : stack.User;
    }

    /// <summary>The kernel's part behind the user part, outermost first, without the tracer's own frames.</summary>
    private StackQuality AddKernel(RawStack stack)
    {
        var first = _path.Count;
        for (var index = stack.Kernel.Length - 1; index >= 0; index--)
        {
            _path.AddRange(_frames.OfKernel(stack.Kernel[index], isReturnAddress: index > 0));
        }

        while (_path.Count > first && _frames.IsTracer(_path[^1]))
        {
            _path.RemoveAt(_path.Count - 1);
        }

        return (stack.KernelError < 0 ? StackQuality.NoKernelStack : StackQuality.Good)
            | QualityOf(first, stack.Kernel.Length);
    }

    private StackQuality QualityOf(int first, int length) =>
        (_path.FindIndex(first, _frames.IsUnknown) >= 0 ? StackQuality.Unresolved : StackQuality.Good)
        | (length >= maxFrames ? StackQuality.Truncated : StackQuality.Good);
}
