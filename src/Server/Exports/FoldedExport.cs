using System.Text;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// What flamegraph.pl reads: a line for each stack, the thread's name first, then frames from the outermost to the
/// innermost (<see cref="FoldedText.Annotate"/>), then the count. What prints the same is one line; lines are sorted.
/// <code>
/// sshd;main;__write;do_syscall_64_[k];vfs_write_[k] 17
/// </code>
/// </summary>
internal static class FoldedExport
{
    public static async Task WriteAsync(ExportedSlice slice, Stream target)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var (stack, count) in Lines(slice))
        {
            await writer.WriteLineAsync($"{stack} {count}");
        }
    }

    private static SortedDictionary<string, long> Lines(ExportedSlice slice)
    {
        var lines = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var stacks = slice.Stacks;
        foreach (var stack in stacks.Of(slice.Total))
        {
            var frames = FoldedText.Frames(stacks, stack);
            var line = string.Join(';', frames.Prepend(FoldedText.Escape(stack.Context.Comm)));
            lines[line] = lines.GetValueOrDefault(line) + stack.Count;
        }

        return lines;
    }
}
