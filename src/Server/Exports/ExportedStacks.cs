using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Exports;

/// <summary>A stack in somebody's name, how often it was seen, and what is wrong with it.</summary>
/// <param name="Node">Its innermost node; 0 for a stack without frames.</param>
internal readonly record struct ExportedStack(int Node, ContextInfo Context, StackQuality Quality, long Count);

/// <summary>The stacks of a fold that has all definitions, and of its parts.</summary>
internal sealed class ExportedStacks(StackFold definitions)
{
    /// <summary>All frames, by id.</summary>
    public IReadOnlyList<FrameInfo> Frames => definitions.Frames;

    /// <summary>The stacks of a fold within ours, in the order in which they first appeared.</summary>
    public IEnumerable<ExportedStack> Of(Fold fold) => (fold.Stacks?.Series ?? [])
        .Zip(fold.Stacks?.Counts ?? [], (series, count) => new ExportedStack(
            definitions.SeriesNodes[series],
            definitions.Contexts[definitions.SeriesContexts[series]],
            (StackQuality)definitions.SeriesQualities[series],
            count));

    /// <summary>The ids of a stack's frames, innermost first.</summary>
    public IEnumerable<int> InnermostFirst(int node)
    {
        for (; node > 0; node = definitions.Parents[node - 1])
        {
            yield return definitions.NodeFrames[node - 1];
        }
    }

    /// <summary>The frames of a stack, outermost first: the user part, then the kernel's.</summary>
    public (FrameInfo[] User, FrameInfo[] Kernel) Parts(int node)
    {
        FrameInfo[] all = [.. InnermostFirst(node).Reverse().Select(frame => definitions.Frames[frame])];
        var kernel = Array.FindIndex(all, IsKernel);
        return kernel < 0 ? (all, []) : (all[..kernel], all[kernel..]);
    }

    public static bool IsKernel(FrameInfo frame) => (FrameKind)frame.Kind is FrameKind.Kernel or FrameKind.UnknownKernel;
}
