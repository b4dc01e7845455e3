using System.Globalization;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Server.Recordings;

/// <summary>How many definitions were known at a moment; the next id of each kind, but nodes count from 1.</summary>
internal readonly record struct DefinitionCounts(int Frames, int Nodes, int Contexts, int Series, int Keys = 0);

/// <summary>
/// The frames, nodes, contexts and series of a session, by id. They are only ever added, by one thread; any thread may
/// read, without locks, those it knows the number of.
/// </summary>
internal sealed class StackDefinitions
{
    private const int ObjectBytes = 56; // a FrameInfo on 64 bits; a ContextInfo is smaller
    private const int StringBytes = 24; // besides its characters
    private readonly AppendOnlyList<FrameInfo> frames = new();
    private readonly AppendOnlyList<int> parents = new();
    private readonly AppendOnlyList<int> nodeFrames = new();
    private readonly AppendOnlyList<ContextInfo> contexts = new();
    private readonly AppendOnlyList<int> seriesContexts = new();
    private readonly AppendOnlyList<int> seriesNodes = new();
    private readonly AppendOnlyList<int> seriesQualities = new();
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private long objectSize;
    private long size;

    /// <summary>How many there are; for the thread that adds.</summary>
    public DefinitionCounts Known => new(frames.Count, parents.Count, contexts.Count, seriesNodes.Count);

    /// <summary>Bytes of memory they take.</summary>
    public long Size => Volatile.Read(ref size);

    /// <summary>Adds the definitions of a tick that was found to be well formed.</summary>
    public void Add(StackChanges changes)
    {
        foreach (var frame in changes.Frames)
        {
            frames.Add(ToInfo(frame));
        }

        foreach (var node in changes.Nodes)
        {
            parents.Add(node.Parent);
            nodeFrames.Add(node.Frame);
        }

        foreach (var context in changes.Contexts)
        {
            contexts.Add(new ContextInfo(context.Pid, context.Tid, context.Cpu, Share(context.Comm)));
        }

        foreach (var series in changes.Series)
        {
            seriesContexts.Add(series.Context);
            seriesNodes.Add(series.Node);
            seriesQualities.Add((int)series.Quality);
        }

        objectSize += (long)ObjectBytes * (changes.Frames.Count + changes.Contexts.Count);
        Volatile.Write(ref size, objectSize + ListSize);
    }

    /// <summary>
    /// The way from one moment to another in steps of at most about a quarter of a megabyte of JSON, without the first:
    /// frames before the nodes that have them, nodes before the series that end in them.
    /// </summary>
    public static IEnumerable<DefinitionCounts> Steps(DefinitionCounts from, DefinitionCounts to)
    {
        const int Objects = 4_000, Numbers = 20_000;
        for (var at = from; at != to;)
        {
            yield return at = at.Frames < to.Frames ? at with { Frames = Math.Min(at.Frames + Objects, to.Frames) }
                : at.Contexts < to.Contexts ? at with { Contexts = Math.Min(at.Contexts + Objects, to.Contexts) }
                : at.Nodes < to.Nodes ? at with { Nodes = Math.Min(at.Nodes + Numbers, to.Nodes) }
                : at with { Series = Math.Min(at.Series + Numbers, to.Series) };
        }
    }

    /// <summary>The definitions from one moment to another, with counts of series known by then.</summary>
    public StackFold Slice(DefinitionCounts from, DefinitionCounts to, int[] series, long[] counts) => new(
        from.Frames,
        frames.Slice(from.Frames, to.Frames),
        from.Nodes + 1,
        parents.Slice(from.Nodes, to.Nodes),
        nodeFrames.Slice(from.Nodes, to.Nodes),
        from.Contexts,
        contexts.Slice(from.Contexts, to.Contexts),
        from.Series,
        seriesContexts.Slice(from.Series, to.Series),
        seriesNodes.Slice(from.Series, to.Series),
        seriesQualities.Slice(from.Series, to.Series),
        series,
        counts);

    private long ListSize => frames.Size + parents.Size + nodeFrames.Size + contexts.Size
        + seriesContexts.Size + seriesNodes.Size + seriesQualities.Size;

    private FrameInfo ToInfo(Frame frame) => new(
        Share(frame.Name),
        frame.Module is { } module ? Share(module) : null,
        (int)frame.Kind,
        frame.Offset is { } offset ? Share(Hex(offset)) : null,
        frame.Address is { } address ? Share(Hex(address)) : null);

    private static string Hex(ulong number) => string.Create(CultureInfo.InvariantCulture, $"0x{number:x}");

    /// <summary>The same text once: frames that differ in their offsets only have the same names.</summary>
    private string Share(string text)
    {
        if (texts.TryGetValue(text, out var shared))
        {
            return shared;
        }

        texts.Add(text);
        objectSize += StringBytes + sizeof(char) * text.Length + 2 * sizeof(long); // and its place in the set
        return text;
    }
}
