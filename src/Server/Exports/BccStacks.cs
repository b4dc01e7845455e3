using System.Globalization;
using System.Text;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// A block of BCC's stackcount, the rarest stack first. BCC tells apart what -P asks it to, so threads, CPUs and
/// qualities of a stack are one here, and without -P processes are too.
/// <code>
///   submit_bio                    kernel, innermost first; -v: address, -s: +0x1f
///   ext4_writepages
///     --                          -d
///   __write_nocancel              user, innermost first
///     sshd [15015]                -P without -p
///     5
/// </code>
/// With -f each stack is a line: <c>sshd;__write_nocancel;-;ext4_writepages;submit_bio 5</c>.
/// </summary>
internal sealed class BccStacks(StackInfo options, ExportedStacks stacks)
{
    private readonly bool hasDelimiter = options is { Delimited: true, Kernel: true, User: true };

    /// <summary>The stacks of one block.</summary>
    public StringBuilder Block(Fold fold)
    {
        var text = new StringBuilder();
        var counted = stacks.Of(fold).GroupBy(stack => (stack.Node, Owner(stack)), stack => stack.Count)
            .Select(group => (group.Key, Count: group.Sum()));
        foreach (var ((node, owner), count) in counted.OrderBy(group => group.Count))
        {
            var (user, kernel) = stacks.Parts(node);
            _ = options.Folded
                ? AppendLine(text, user, kernel, owner).Append(CultureInfo.InvariantCulture, $" {count}\n")
                : AppendLines(text, user, kernel, owner).Append(CultureInfo.InvariantCulture, $"    {count}\n\n");
        }

        return text;
    }

    private ContextInfo? Owner(ExportedStack stack) =>
        options.PerProcess ? stack.Context with { Tid = 0, Cpu = -1 } : null;

    private StringBuilder AppendLine(StringBuilder text, FrameInfo[] user, FrameInfo[] kernel, ContextInfo? owner)
    {
        IEnumerable<string> names =
        [
            owner?.Comm ?? "", .. user.Select(frame => frame.Name), .. hasDelimiter ? ["-"] : Array.Empty<string>(),
            .. kernel.Select(frame => frame.Name),
        ];
        return text.AppendJoin(';', names.Select(FoldedText.Escape));
    }

    private StringBuilder AppendLines(StringBuilder text, FrameInfo[] user, FrameInfo[] kernel, ContextInfo? owner)
    {
        AppendFrames(text, kernel);
        text.Append(hasDelimiter ? "    --\n" : "");
        AppendFrames(text, user);
        return owner is null || options.SingleProcess ? text
            : text.Append(CultureInfo.InvariantCulture, $"    {PlainText.Escape(owner.Comm)} [{owner.Pid}]\n");
    }

    private void AppendFrames(StringBuilder text, FrameInfo[] frames)
    {
        foreach (var frame in frames.AsEnumerable().Reverse())
        {
            var digits = frame.Address?.Replace("0x", "", StringComparison.Ordinal);
            var address = options.Addresses ? $"{digits,-16} " : "";
            var offset = options.Offsets && frame.Offset is { } bytes ? $"+{bytes}" : "";
            text.Append(CultureInfo.InvariantCulture, $"  {address}{PlainText.Escape(frame.Name)}{offset}\n");
        }
    }
}
