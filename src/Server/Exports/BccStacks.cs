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
        var groups = stacks.Of(fold).GroupBy(stack => (stack.Node, Owner: options.PerProcess ? stack.Context with { Tid = 0, Cpu = -1 } : null));
        foreach (var (count, (node, owner)) in groups.Select(group => (group.Sum(stack => stack.Count), group.Key)).OrderBy(group => group.Item1))
        {
            var (user, kernel) = stacks.Parts(node);
            _ = options.Folded ? AppendLine(text, user, kernel, owner) : AppendLines(text, user, kernel, owner);
            text.Append(CultureInfo.InvariantCulture, $"{(options.Folded ? " " : "    ")}{count}\n{(options.Folded ? "" : "\n")}");
        }

        return text;
    }

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
            var address = options.Addresses ? $"{frame.Address?.Replace("0x", "", StringComparison.Ordinal) ?? "",-16} " : "";
            var offset = options.Offsets && frame.Offset is { } bytes ? $"+{bytes}" : "";
            text.Append(CultureInfo.InvariantCulture, $"  {address}{PlainText.Escape(frame.Name)}{offset}\n");
        }
    }
}
