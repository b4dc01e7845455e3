using System.Buffers.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// The functions that a runtime generated and listed in <c>perf-PID.map</c>, as far as the file has been read. Its
/// lines look like <c>7f2a3c000000 1f8 LazyCompile:~main /app/server.js:12</c>; the runtime appends to it. Immutable.
/// </summary>
internal sealed class JitMap
{
    /// <summary>More functions than this are not kept of one process; it may write what it likes.</summary>
    public const int MaxFunctions = 1_000_000;

    private const int MaxText = 64 << 20;
    private readonly List<Function> functions;
    private readonly byte[] text;
    private readonly SymbolIndex index;

    private JitMap(List<Function> functions, byte[] text)
    {
        this.functions = functions;
        this.text = text;
        index = new SymbolIndex(
            [.. functions.Select(function => function.Start)],
            [.. functions.Select(function => (uint)(function.End - function.Start))],
            [.. functions.Select(function => function.Name)],
            text);
    }

    public static JitMap Empty { get; } = new([], []);

    public int Count => index.Count;

    /// <summary>The function at an address and how far into it; null if there is none.</summary>
    public (string Name, ulong Distance)? Find(ulong address) =>
        index.Find(address) is >= 0 and var found ? (index.Name(found), address - index.Start(found)) : null;

    /// <summary>
    /// The map with more lines. Where functions overlap, the later line holds: code is moved, and memory used again.
    /// </summary>
    /// <param name="lines">Whole lines; what is none is passed over.</param>
    public JitMap With(ReadOnlySpan<byte> lines)
    {
        var all = new List<Function>(functions);
        var names = new NameText(text);
        while (!lines.IsEmpty && all.Count < MaxFunctions && names.Length < MaxText)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? [] : lines[(end + 1)..];
            if (Parse(line, out var start, out var size) is { IsEmpty: false } name)
            {
                all.Add(new Function(start, start + size, all.Count, names.Add(name)));
            }
        }

        return new JitMap(WithoutOverlaps(all), names.ToArray());
    }

    /// <summary>The name, or an empty span if the line is none.</summary>
    private static ReadOnlySpan<byte> Parse(ReadOnlySpan<byte> line, out ulong start, out ulong size) =>
        Hex(ref line, out start) & Hex(ref line, out size) && size is > 0 and < uint.MaxValue && start <= ulong.MaxValue - size
            ? NameIn(line)
            : [];

    // A zero would end it in our own text.
    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        return rest[..(end < 0 ? rest.Length : end)].Trim((byte)' ').TrimEnd((byte)'\r');
    }

    private static bool Hex(ref ReadOnlySpan<byte> line, out ulong value)
    {
        line = line.TrimStart((byte)' ');
        line = line.StartsWith("0x"u8) ? line[2..] : line;
        var isRead = Utf8Parser.TryParse(line, out value, out var length, 'x') && length < line.Length && line[length] == ' ';
        line = isRead ? line[length..] : line;
        return isRead;
    }

    private static List<Function> WithoutOverlaps(List<Function> all)
    {
        all.Sort();
        var kept = new List<Function>(all.Count);
        foreach (var function in all)
        {
            var isOutdated = false;
            while (kept.Count > 0 && kept[^1] is var last && last.End > function.Start && !isOutdated)
            {
                isOutdated = last.Order > function.Order;
                if (!isOutdated)
                {
                    kept.RemoveAt(kept.Count - 1);
                }
            }

            if (!isOutdated)
            {
                kept.Add(function);
            }
        }

        // From now on they are all equally old, and older than what comes.
        return [.. kept.Select((function, i) => function with { Order = i })];
    }

    private readonly record struct Function(ulong Start, ulong End, int Order, int Name) : IComparable<Function>
    {
        public int CompareTo(Function other) => (Start, Order).CompareTo((other.Start, other.Order));
    }
}
