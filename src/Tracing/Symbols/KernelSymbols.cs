using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// The functions of the kernel, its modules and its BPF programs at one moment. 120,000 lines of kallsyms, half of
/// them padding, take 2.6 MB. Immutable.
/// </summary>
internal sealed class KernelSymbols
{
    /// <summary>What frames of the kernel proper have as their module.</summary>
    public const string Kernel = "kernel";

    // kallsyms has no sizes: a function ends where the next begins. The largest one is far below this; what is further
    // from a function than this is in nobody's code.
    private const uint MaxFunctionLength = 1 << 20;

    // The last symbol before a gap, and no function.
    private static readonly HashSet<string> Ends = ["_etext", "_einittext", "__init_end"];

    private readonly SymbolIndex index;
    private readonly ushort[] modules;
    private readonly string[] moduleNames;

    private KernelSymbols(SymbolIndex index, ushort[] modules, string[] moduleNames)
    {
        this.index = index;
        this.modules = modules;
        this.moduleNames = moduleNames;
    }

    public int Count => index.Count;

    public long SizeInBytes => index.SizeInBytes + (2L * modules.Length);

    /// <summary>Reads kallsyms. Nothing is known if all addresses are zero, as kernel.kptr_restrict makes them.</summary>
    public static KernelSymbols Read(TextReader kallsyms)
    {
        var lines = new List<Line>(70_000);
        var text = new NameText();
        var moduleNames = new List<string> { Kernel };
        Kallsyms.Visit(kallsyms, line =>
        {
            if (line.Address != 0)
            {
                var module = ModuleNumber(line.Module, moduleNames);
                lines.Add(new Line(line.Address, Rank(line), text.Add(line.Name), module, line.Name.Length));
            }
        });
        return Build(lines, text.ToArray(), [.. moduleNames]);
    }

    /// <summary>The function at an address, and how far into it; null if there is none.</summary>
    public (string Name, string Module, ulong Start)? Find(ulong address) =>
        index.Find(address) is >= 0 and var found && index.Name(found) is var name && !Ends.Contains(name)
            ? (name, moduleNames[modules[found]], index.Start(found))
            : null;

    private static KernelSymbols Build(List<Line> lines, byte[] text, string[] moduleNames)
    {
        lines.Sort();
        lines = Best(lines);
        var lengths = new uint[lines.Count];
        for (var i = 0; i < lengths.Length; i++)
        {
            var gap = i + 1 < lengths.Length ? lines[i + 1].Address - lines[i].Address : MaxFunctionLength;
            lengths[i] = (uint)Math.Min(gap, MaxFunctionLength);
        }

        var index = new SymbolIndex(
            [.. lines.Select(line => line.Address)], lengths, [.. lines.Select(line => line.Name)], text);
        return new KernelSymbols(index, [.. lines.Select(line => line.Module)], moduleNames);
    }

    // The best of several at one address comes first.
    private static List<Line> Best(List<Line> sorted)
    {
        var best = new List<Line>(sorted.Count);
        foreach (var line in sorted)
        {
            if (best.Count == 0 || best[^1].Address != line.Address)
            {
                best.Add(line);
            }
        }

        return best;
    }

    // perf's order: global before weak or local, fewer leading underscores, longer names. The marks of sections last.
    private static int Rank(KallsymsLine line)
    {
        var isMark = line.Name is "_text" or "_stext" || line.Name.EndsWith("_text_start") || line.Name.EndsWith("_text_end");
        var underscores = line.Name.Length - line.Name.TrimStart('_').Length;
        return (isMark ? 1000 : 0) + (line.Type == 'T' ? 0 : 100) + Math.Min(underscores, 99);
    }

    private static ushort ModuleNumber(ReadOnlySpan<char> module, List<string> names)
    {
        if (module.IsEmpty)
        {
            return 0;
        }

        // Symbols of a module stand together.
        if (!module.SequenceEqual(names[^1]))
        {
            if (names.IndexOf(module.ToString()) is >= 0 and var known)
            {
                return (ushort)known;
            }

            if (names.Count == ushort.MaxValue)
            {
                return ushort.MaxValue - 1;
            }

            names.Add(module.ToString());
        }

        return (ushort)(names.Count - 1);
    }

    private readonly record struct Line(ulong Address, int Rank, int Name, ushort Module, int Length) : IComparable<Line>
    {
        public int CompareTo(Line other) => (Address, Rank, -Length, Name).CompareTo(
            (other.Address, other.Rank, -other.Length, other.Name));
    }
}

/// <summary>
/// The kernel's functions as of late, shared by all sessions. Modules and BPF programs come and go: the list is read
/// again for an address that it does not know, but not more than once a second, and less often while that tells
/// nothing new: it takes 60 ms of CPU time. Safe for many threads.
/// </summary>
internal sealed class KernelSymbolSource(string kallsyms, TimeProvider time)
{
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(32);

    private readonly Lock gate = new();
    private KernelSymbols? symbols;
    private long readAt;
    private TimeSpan pause = MinPause;

    /// <summary>Why nothing is known of the kernel; null while something is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The list as it was last read, by whomever; null if nobody did yet.</summary>
    public KernelSymbols? Known => Volatile.Read(ref symbols);

    /// <summary>
    /// The list for a session that asks for the first time, read anew: the session's own programs are younger than any
    /// other list, and what took the place of another program or module since would be named after the old one.
    /// </summary>
    public KernelSymbols Fresh()
    {
        lock (gate)
        {
            return ReadAnew();
        }
    }

    /// <summary>The list for an address that the last one does not know.</summary>
    public KernelSymbols Again()
    {
        lock (gate)
        {
            if (symbols is { } last && time.GetElapsedTime(readAt) < pause)
            {
                return last;
            }

            var before = symbols?.Count;
            var read = ReadAnew();
            pause = read.Count != before ? MinPause : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, MaxPause.Ticks));
            return read;
        }
    }

    private KernelSymbols ReadAnew()
    {
        var read = Read();
        Volatile.Write(ref symbols, read);
        readAt = time.GetTimestamp();
        return read;
    }

    private KernelSymbols Read()
    {
        try
        {
            using var text = new StreamReader(kallsyms, System.Text.Encoding.Latin1);
            var read = KernelSymbols.Read(text);
            Problem = read.Count > 0 ? null : "the kernel hides its addresses (kernel.kptr_restrict)";
            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"{kallsyms} cannot be read: {e.Message}";
            return KernelSymbols.Read(TextReader.Null);
        }
    }
}
