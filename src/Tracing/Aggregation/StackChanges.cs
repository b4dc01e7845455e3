using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// What changed in the stacks of a session since the tick before. Frames, nodes, contexts and series are numbered in
/// the order in which they appear, over the whole session; a tick brings only the new ones, and how much each series
/// grew. Replaying all ticks gives the whole tree.
/// </summary>
/// <param name="Frames">New frames; ids count from 0.</param>
/// <param name="Nodes">New nodes; ids count from 1, since 0 is the root, which has no frame.</param>
/// <param name="Contexts">New contexts; ids count from 0.</param>
/// <param name="Series">New series; ids count from 0.</param>
/// <param name="Counts">Series that grew, by ascending id (<see cref="CountDelta.Slot"/>), and by how much.</param>
public sealed record StackChanges(
    IReadOnlyList<Frame> Frames,
    IReadOnlyList<StackNode> Nodes,
    IReadOnlyList<StackContext> Contexts,
    IReadOnlyList<StackSeries> Series,
    IReadOnlyList<CountDelta> Counts);

/// <summary>
/// A node of the tree of stacks: a frame, called from the parent's frame. The outermost user frame hangs on the root,
/// the kernel's part hangs on the innermost user frame. A parent's id is smaller than its children's.
/// </summary>
public readonly record struct StackNode(int Parent, int Frame);

/// <summary>In whose name a stack was counted.</summary>
/// <param name="Pid">The process (tgid).</param>
/// <param name="Tid">The thread, or 0 where threads are not told apart.</param>
/// <param name="Cpu">The CPU, or -1 where CPUs are not told apart.</param>
/// <param name="Comm">The thread's name when it was counted.</param>
public readonly record struct StackContext(int Pid, int Tid, int Cpu, string Comm);

/// <summary>What is counted: a stack, by its innermost node, in a context. Stacks that differ in quality are two series.</summary>
public readonly record struct StackSeries(int Context, int Node, StackQuality Quality);

/// <summary>What is wrong with a stack. The values are part of the wire format.</summary>
[Flags]
public enum StackQuality
{
    Good = 0,

    /// <summary>A frame has no name.</summary>
    Unresolved = 1,

    /// <summary>As deep as the kernel reads (kernel.perf_event_max_stack, 127 unless changed): the outer frames are missing.</summary>
    Truncated = 2,

    /// <summary>The user part does not begin where threads begin: most likely code without frame pointers.</summary>
    Broken = 4,

    /// <summary>The kernel could not read the user part; its reason was counted.</summary>
    NoUserStack = 8,

    /// <summary>The kernel could not read the kernel part.</summary>
    NoKernelStack = 16,
}
