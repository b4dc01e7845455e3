using BpfDashboard.Tracing.Btf;
using BpfDashboard.Tracing.Dwarf;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What this host can probe, read from the kernel and its files when first asked for. Loading a module adds functions
/// and tracepoints, so both are read again once they are some seconds old. Safe for many threads.
/// </summary>
public sealed class LiveKernelCatalog : IKernelCatalog
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly Refreshing<Functions> functions;
    private readonly Refreshing<Known<Tracepoint>> tracepoints;
    private readonly Lazy<HashSet<string>?> btf;
    private readonly Lazy<int> possibleCpus;
    private readonly Lazy<ITypeSource> types;
    private readonly HostPaths paths;
    private readonly BinaryFinder finder;
    private readonly DwarfFiles debugFiles = new();
    private readonly ProcessView processes;

    // A large program (a browser, with 500,000 symbols) takes some 80 MB.
    private readonly FileCache<Binary> binaries = new(capacity: 16, _ => 1);

    public LiveKernelCatalog(TimeProvider? time = null)
        : this(new HostPaths(), time ?? TimeProvider.System)
    {
    }

    internal LiveKernelCatalog(HostPaths paths, TimeProvider time)
    {
        this.paths = paths;
        btf = new(() => ReadBtf(paths.KernelBtf));
        types = new(() => ReadTypes(paths.KernelBtf));
        functions = new(() => ReadFunctions(paths), MaxAge, time);
        tracepoints = new(() => ReadTracepoints(paths), MaxAge, time);
        possibleCpus = new(() => CpuList.Count(TryReadLines(paths.PossibleCpus)?.FirstOrDefault() ?? "0"));
        finder = new(paths);
        processes = new(paths.Proc);
    }

    public int PossibleCpus => possibleCpus.Value;

    public bool HasRingBuffers => RingBuffers.Problem is null;

    public IReadOnlyList<KernelFunction> KernelFunctions => functions.Value.Believed.Value;

    public IReadOnlyList<KernelFunction> KernelFunctionsNamed(string name) =>
        [.. functions.Value.Listed.Where(function => function.Name == name)];

    public string? KernelFunctionsProblem => functions.Value.Problem;

    public IReadOnlyList<Tracepoint> Tracepoints => tracepoints.Value.Items;

    public string? TracepointsProblem => tracepoints.Value.Problem;

    public IReadOnlyList<TracepointField> FieldsOf(Tracepoint tracepoint) => paths.Tracefs
        .Select(root => TryReadText($"{root}/events/{tracepoint.Category}/{tracepoint.Event}/format"))
        .OfType<string>().Select(text => TracepointFormat.Read(text, Types)).FirstOrDefault() ?? [];

    public ITypeSource Types => types.Value;

    public ITypeSource? TypesOf(string path) => DebugInformation(path)?.Types;

    public FunctionType? PrototypeOf(string path, ulong fileOffset) => DebugInformation(path) is { } debug
        ? ReadBinary(path).Functions.Where(function => function.FileOffset == fileOffset)
            .Select(debug.Prototype).FirstOrDefault(prototype => prototype is not null)
        : null;

    private DwarfFile? DebugInformation(string path) => debugFiles.Get(path);

    public int? OwnProcess => Environment.ProcessId;

    public (CgroupPlace? Place, string? Problem) FindCgroup(string path) => Cgroups.Find(path);

    public bool ProcessExists(int pid) => processes.Exists(pid);

    public IReadOnlyList<(int Pid, string Name)> ProcessesKnownInsideAs(int pid) =>
        [.. new HostProcesses(paths.Proc).KnownInsideAs(pid).Select(process => (process.Pid, process.Name))];

    public BinaryLookup FindBinary(string target, int? pid) => finder.Find(target, pid);

    public Binary ReadBinary(string path)
    {
        var identity = FileIdentity.Of(path) ?? throw new BinaryFormatException($"{path} cannot be found.");
        return binaries.Get(identity, () => ElfBinary.Read(path)) with { Path = path };
    }

    private Functions ReadFunctions(HostPaths paths)
    {
        try
        {
            using var text = new StreamReader($"{paths.Proc}/kallsyms");
            var traceable = paths.Tracefs
                .Select(root => TryReadLines($"{root}/available_filter_functions"))
                .FirstOrDefault(lines => lines is { Length: > 0 });
            var symbols = Kallsyms.Read(text);
            var list = KernelFunctionList.Build(symbols, traceable, TryReadLines(paths.KprobeBlacklist));
            return new(
                list,
                new(() => traceable is null && btf.Value is { } known
                    ? BtfExclusion.Apply(list, known, Padded(symbols))
                    : list),
                list.Count > 0 ? null : "the kernel lists no functions in /proc/kallsyms");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([], new([]), $"/proc/kallsyms cannot be read: {e.Message}");
        }
    }

    private static HashSet<string> Padded(List<KernelSymbol> symbols) =>
        [.. symbols.Where(symbol => symbol.IsPadded).Select(symbol => symbol.Name)];

    // Without BTF, or with one of a later kind, nothing is excluded for it.
    private static HashSet<string>? ReadBtf(string path)
    {
        try
        {
            return BtfFunctions.Read(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static ITypeSource ReadTypes(string path)
    {
        try
        {
            return new LayeredTypes(BtfTypes.Read(File.ReadAllBytes(path)), CoreTypes.Instance);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return CoreTypes.Instance;
        }
    }

    private static Known<Tracepoint> ReadTracepoints(HostPaths paths)
    {
        var (events, problem) = TracefsEvents.Read(paths.Tracefs);
        return new(events, problem);
    }

    // Without a right, or on a kernel without the feature, the lines are simply not known.
    private static string[]? TryReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? TryReadText(string path) =>
        TryReadLines(path) is { } lines ? string.Join('\n', lines) : null;

    private sealed record Known<T>(IReadOnlyList<T> Items, string? Problem);

    /// <summary>
    /// All functions by what kallsyms lists, and by what BTF says of it where the tracer's list cannot be read; the
    /// latter is found out when somebody asks for it.
    /// </summary>
    private sealed record Functions(
        IReadOnlyList<KernelFunction> Listed, Lazy<IReadOnlyList<KernelFunction>> Believed, string? Problem);
}
