using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>A mapping of code in a process.</summary>
/// <param name="File">Null if it maps none.</param>
/// <param name="Name">What the kernel calls it: <c>[vdso]</c>, <c>[heap]</c>, or nothing.</param>
internal readonly record struct Mapping(ulong Start, ulong End, ulong Offset, MappedFile? File, string Name);

/// <summary>
/// A process that was met: its mappings, kept beyond its end. One thread resolves at a time, any thread may refresh.
/// </summary>
internal sealed class TracedProcess
{
    private const int MaxMapsSize = 64 << 20;
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly string folder;
    private readonly MappedFiles files;
    private readonly TimeProvider time;
    private readonly ProcStatus status;
    private readonly SafeFileHandle? root;
    private volatile Mapping[] mappings = [];
    private long readAt;
    private TimeSpan pause = MinPause;
    private JitMapFile? jit;
    private long jitReadAt;

    private TracedProcess(string folder, ProcStatus status, MappedFiles files, TimeProvider time)
    {
        this.folder = folder;
        this.files = files;
        this.time = time;
        this.status = status;
        root = files.Root(folder);
        Read();
    }

    /// <summary>How many mappings it keeps.</summary>
    public int Weight => mappings.Length + 1;

    /// <summary>When it was last met or asked for, to forget the oldest.</summary>
    public long LastUsed { get; set; }

    /// <summary>What its runtime wrote of its generated code; null if it was never needed.</summary>
    public ModuleSymbols? JitSymbols =>
        Volatile.Read(ref jit) is { } file
            ? new ModuleSymbols(file.Path, file.Map.Count > 0 ? SymbolSource.PerfMap : SymbolSource.None, file.Map.Count,
                file.Map.Count > 0 ? null : file.Problem)
            : null;

    /// <summary>Null if there is no such process any more.</summary>
    /// <param name="folder">Its folder under /proc.</param>
    public static TracedProcess? Meet(string folder, MappedFiles files, TimeProvider time) =>
        ProcStatus.Read(folder) is { } status ? new TracedProcess(folder, status, files, time) : null;

    /// <summary>Whether the process that has this id now is still the same.</summary>
    public bool Lives => ProcStatus.ReadStartTime(folder) == status.StartTime;

    /// <summary>The mapping at an address; if none is known, the mappings are read again, unless that was just done.</summary>
    public Mapping? Find(ulong address)
    {
        if (FindKnown(address) is { } known)
        {
            return known;
        }

        return Refresh() ? FindKnown(address) : null;
    }

    /// <summary>
    /// Reads the mappings again: the process may have loaded a library or become another program. Most addresses that
    /// are in no mapping are garbage from broken chains, so the pauses between readings grow while none helps.
    /// </summary>
    public bool Refresh()
    {
        lock (gate)
        {
            if (time.GetElapsedTime(readAt) < pause)
            {
                return false;
            }

            var isNew = Read();
            pause = isNew ? MinPause : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, MaxPause.Ticks));
            return isNew;
        }
    }

    /// <summary>The generated function at an address and how far into it.</summary>
    public (string Name, ulong Distance)? FindJit(ulong address)
    {
        jit ??= new JitMapFile($"/tmp/perf-{status.InnerPid}.map", root, status, StartedAt(status.StartTime));
        if (jit.Map.Find(address) is { } known)
        {
            return known;
        }

        if (jitReadAt != 0 && time.GetElapsedTime(jitReadAt) < MaxPause / 4)
        {
            return null;
        }

        jitReadAt = time.GetTimestamp();
        return jit.Update() ? jit.Map.Find(address) : null;
    }

    private Mapping? FindKnown(ulong address)
    {
        var known = mappings;
        var (low, high) = (0, known.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = known[middle].End <= address ? (middle + 1, high) : (low, middle);
        }

        return low < known.Length && address >= known[low].Start ? known[low] : null;
    }

    // What was read belongs to this process if it is still the one that it was afterwards.
    private bool Read()
    {
        readAt = time.GetTimestamp();
        var lines = ProcessMaps.Parse(FileCalls.ReadProc($"{folder}/maps", MaxMapsSize));
        if (lines.Count == 0 || !Lives)
        {
            return false;
        }

        var read = lines.ConvertAll(line => new Mapping(
            line.Start, line.End, line.Offset, IsFile(line) ? files.Meet(line, folder, root) : null, line.Name));
        var before = mappings;
        mappings = Merged(before, read);
        return !before.AsSpan().SequenceEqual(mappings);
    }

    private static bool IsFile(MapsLine line) => line.Inode != 0 && line.Name.StartsWith('/');

    /// <summary>
    /// What is mapped now, and what was mapped before where nothing is now: stacks from before an exec or an unloaded
    /// library may still have to be named.
    /// </summary>
    private static Mapping[] Merged(Mapping[] before, List<Mapping> now)
    {
        var merged = new List<Mapping>(now);
        var next = 0;
        foreach (var old in before)
        {
            while (next < now.Count && now[next].End <= old.Start)
            {
                next++;
            }

            if ((next == now.Count || now[next].Start >= old.End) && merged.Count < ProcessMaps.MaxMappings)
            {
                merged.Add(old);
            }
        }

        merged.Sort((a, b) => a.Start.CompareTo(b.Start));
        return [.. merged];
    }

    private long StartedAt(ulong ticks)
    {
        const int ticksPerSecond = 100;
        var boot = time.GetUtcNow().ToUnixTimeSeconds() - (Environment.TickCount64 / 1000);
        return boot + (long)(ticks / ticksPerSecond) - 2;
    }
}
