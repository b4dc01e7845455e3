using System.Text;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Tests.Aggregation;

/// <summary>
/// Stacks drawn as text, outermost first: <c>main;work|entry;vfs_read</c> is a user part, a bar, and a kernel part; the
/// owner may stand before it as <c>comm/pid:</c>. A name stands for an address, its hash.
/// </summary>
internal sealed class DrawnStacks
{
    private readonly List<string> _names = [""];
    private readonly StackTree _tree;
    private readonly List<Frame> _frames = [];
    private readonly List<StackNode> _nodes = [default];
    private readonly List<StackContext> _contexts = [];
    private readonly List<StackSeries> _series = [];
    private readonly SortedDictionary<int, long> _counts = [];

    internal DrawnStacks(StackOptions? options = null, int limit = 1000)
    {
        _tree = new StackTree(options ?? new StackOptions(), new Symbolizer(_names), maxFrames: 8, limit);
        Table = new StackTable(_tree);
    }

    internal StackTable Table { get; }

    internal IReadOnlyList<StackContext> Contexts => _contexts;

    internal int NodeCount => _nodes.Count - 1;

    /// <summary>The raw stack of a drawing; equal drawings have equal keys.</summary>
    internal RawStack Raw(string drawing, uint slot = 0, string caller = "", int userError = 0, int tid = 0)
    {
        var colon = drawing.IndexOf(':', StringComparison.Ordinal);
        var owner = (colon < 0 ? "app/7" : drawing[..colon]).Split('/');
        var parts = drawing[(colon + 1)..].Split('|');
        var (user, kernel) = (Addresses(parts[0]), Addresses(parts.ElementAtOrDefault(1) ?? ""));
        var comm = Encoding.UTF8.GetBytes(owner[0].PadRight(16, '\0'));
        var key = new StackKey(
            slot, int.Parse(owner[1], null), tid, 0, BitConverter.ToUInt64(comm), BitConverter.ToUInt64(comm, 8),
            Hash(kernel), Hash(user));
        return new RawStack(key, 0, userError, caller.Length == 0 ? 0 : AddressOf(caller), kernel, user);
    }

    /// <summary>Announces and counts.</summary>
    internal void Add(string drawing, long count)
    {
        var stack = Raw(drawing);
        Table.Announce(stack, generation: 0);
        Table.Add(stack.Key, count);
    }

    /// <summary>Takes a tick's changes, which must continue where those before ended; returns them.</summary>
    internal StackChanges Take()
    {
        var changes = Table.TakeChanges();
        _frames.AddRange(changes.Frames);
        Assert.All(changes.Nodes.Index(), node => Assert.InRange(node.Item.Parent, 0, _nodes.Count + node.Index - 1));
        _nodes.AddRange(changes.Nodes);
        _contexts.AddRange(changes.Contexts);
        _series.AddRange(changes.Series);
        Assert.Equal(changes.Counts.OrderBy(count => count.Slot), changes.Counts);
        foreach (var (series, delta) in changes.Counts)
        {
            _counts[series] = _counts.GetValueOrDefault(series) + delta;
        }

        return changes;
    }

    /// <summary>All so far: "comm/pid:outermost;…;innermost COUNT", and the quality unless it is good.</summary>
    internal IReadOnlyList<string> Folded()
    {
        Take();
        return [.. _counts.Select(pair => Print(_series[pair.Key], pair.Value)).Order(StringComparer.Ordinal)];
    }

    private string Print(StackSeries series, long count)
    {
        var context = _contexts[series.Context];
        var path = new List<string>();
        for (var node = series.Node; node != 0; node = _nodes[node].Parent)
        {
            path.Add(_frames[_nodes[node].Frame].Name);
        }

        path.Reverse();
        var quality = series.Quality == StackQuality.Good ? "" : $" {series.Quality}";
        return $"{context.Comm}/{context.Pid}:{string.Join(';', path)} {count}{quality}";
    }

    private ulong[] Addresses(string part) =>
        [.. part.Split(';', StringSplitOptions.RemoveEmptyEntries).Reverse().Select(AddressOf)];

    private ulong AddressOf(string name)
    {
        if (!_names.Contains(name))
        {
            _names.Add(name);
        }

        return (ulong)_names.IndexOf(name);
    }


    private static ulong Hash(ulong[] words) =>
        words.Aggregate(17ul, (hash, word) => ((hash ^ word) * 0x9e3779b97f4a7c15) ^ (hash >> 32));

    /// <summary>
    /// A name with a question mark has no symbol; one with a plus has two frames, the one behind it inlined into the one
    /// before.
    /// </summary>
    private sealed class Symbolizer(List<string> names) : ISymbolizer
    {
        public void Meet(int pid)
        {
        }

        public void ResolveUser(int pid, ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
            Resolve(address, FrameKind.User, FrameKind.UnknownUser, frames);

        public void ResolveKernel(ulong address, bool isReturnAddress, List<ResolvedFrame> frames) =>
            Resolve(address, FrameKind.Kernel, FrameKind.UnknownKernel, frames);

        public void Dispose()
        {
        }

        private void Resolve(ulong address, FrameKind known, FrameKind unknown, List<ResolvedFrame> frames)
        {
            var name = names[(int)address];
            foreach (var part in name.Split('+').Reverse())
            {
                frames.Add(part.EndsWith('?')
                    ? new ResolvedFrame(Frame.Unknown, null, unknown, null, address)
                    : new ResolvedFrame(part, "file", known, address % 3, address));
            }
        }
    }
}
