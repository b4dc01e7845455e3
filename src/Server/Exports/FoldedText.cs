using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Exports;

/// <summary>Names in folded stacks, where a semicolon separates frames and a line feed stacks.</summary>
internal static class FoldedText
{
    /// <summary>
    /// The name with a colon for a semicolon, as the scripts beside flamegraph.pl do it, and no control characters.
    /// </summary>
    public static string Escape(string name) => PlainText.Escape(name).Replace(';', ':');

    /// <summary>The frames of a stack, outermost first.</summary>
    public static IEnumerable<string> Frames(ExportedStacks stacks, ExportedStack stack) =>
        stacks.InnermostFirst(stack.Node).Reverse().Select(frame => Annotate(stacks.Frames[frame]));

    /// <summary>
    /// A frame as flamegraph.pl knows it: with <c>_[k]</c> behind a function of the kernel, <c>_[j]</c> behind a JIT's
    /// and <c>_[i]</c> behind an inlined one. It colours by these and does not draw them.
    /// </summary>
    public static string Annotate(FrameInfo frame) => Escape(frame.Name) + (FrameKind)frame.Kind switch
    {
        FrameKind.Kernel or FrameKind.UnknownKernel => "_[k]",
        FrameKind.Jit => "_[j]",
        FrameKind.Inlined => "_[i]",
        _ => "",
    };
}
