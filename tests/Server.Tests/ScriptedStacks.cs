using System.Globalization;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Tests;

/// <summary>Numbers frames, nodes, contexts and series as they first appear, and takes what is new tick by tick.</summary>
internal sealed class ScriptedStacks
{
    private readonly Dictionary<Frame, int> frames = [];
    private readonly Dictionary<StackNode, int> nodes = [];
    private readonly Dictionary<StackContext, int> contexts = [];
    private readonly Dictionary<StackSeries, int> series = [];
    private readonly SortedDictionary<int, long> counts = [];
    private readonly List<Frame> newFrames = [];
    private readonly List<StackNode> newNodes = [];
    private readonly List<StackContext> newContexts = [];
    private readonly List<StackSeries> newSeries = [];

    /// <summary>
    /// Counts a stack, outermost frame first, "" for none. A frame is a name, before it [k], [j] or [i] for the kernel,
    /// a JIT or an inlined one, behind it perhaps its module in "{…}", offset "+0x…" and address "@0x…", in that order.
    /// </summary>
    public void Add(StackContext context, string stack, long count, StackQuality quality)
    {
        var node = 0;
        foreach (var frame in stack.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            node = Id(nodes, new StackNode(node, Id(frames, ToFrame(frame), newFrames, 0)), newNodes, 1);
        }

        var id = Id(series, new StackSeries(Id(contexts, context, newContexts, 0), node, quality), newSeries, 0);
        counts[id] = counts.GetValueOrDefault(id) + count;
    }

    /// <summary>What is new since the call before.</summary>
    public StackChanges Take()
    {
        var taken = new StackChanges(
            [.. newFrames], [.. newNodes], [.. newContexts], [.. newSeries],
            [.. counts.Select(count => new CountDelta(count.Key, count.Value))]);
        newFrames.Clear();
        newNodes.Clear();
        newContexts.Clear();
        newSeries.Clear();
        counts.Clear();
        return taken;
    }

    private static int Id<T>(Dictionary<T, int> known, T item, List<T> added, int first)
        where T : notnull
    {
        if (!known.TryGetValue(item, out var id))
        {
            known[item] = id = first + known.Count;
            added.Add(item);
        }

        return id;
    }

    private static Frame ToFrame(string text)
    {
        var kind = text[..Math.Min(3, text.Length)] switch
        {
            "[k]" => FrameKind.Kernel,
            "[j]" => FrameKind.Jit,
            "[i]" => FrameKind.Inlined,
            _ => FrameKind.User,
        };
        var rest = kind == FrameKind.User ? text : text[3..];
        var address = Cut(ref rest, "@0x");
        var offset = Cut(ref rest, "+0x");
        var module = rest.IndexOf('{', StringComparison.Ordinal) is var at and >= 0 ? rest[(at + 1)..^1] : null;
        var name = module is null ? rest : rest[..^(module.Length + 2)];
        return new Frame(name, module, Unknown(name, kind), offset, address);
    }

    private static FrameKind Unknown(string name, FrameKind kind) => (name, kind) switch
    {
        (Frame.Unknown, FrameKind.Kernel) => FrameKind.UnknownKernel,
        (Frame.Unknown, _) => FrameKind.UnknownUser,
        _ => kind,
    };

    private static ulong? Cut(ref string text, string mark)
    {
        var at = text.LastIndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var number = ulong.Parse(text.AsSpan(at + mark.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        text = text[..at];
        return number;
    }
}
