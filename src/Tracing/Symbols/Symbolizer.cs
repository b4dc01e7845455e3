using System.Collections.Concurrent;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// The symbolizer of one session: picks for each address the source that can name it. An address that nothing names
/// gives a frame too.
/// </summary>
/// <remarks>
/// A process is known by its id and start time. A session whose process calls exec, or whose id is given to another
/// process, should call <see cref="Meet"/> again when it notices (a new name of the thread is a good sign); it costs
/// little for a process that is known.
/// </remarks>
public sealed class Symbolizer : ISymbolizer
{
    /// <summary>How many mappings of all processes together are kept; some 100 bytes each.</summary>
    private const int MaxMappings = 500_000;

    private readonly SymbolizerCache cache;
    private readonly MappedFiles files = new();
    private readonly ConcurrentDictionary<int, TracedProcess> processes = [];
    private KernelSymbols? kernel;
    private bool isVdsoSeen;
    private long clock;
    private int mappings;

    internal Symbolizer(SymbolizerCache cache) => this.cache = cache;

    /// <summary>
    /// What is known of each module that an address was looked up in, to say why frames have no names. Any thread may
    /// ask.
    /// </summary>
    public IReadOnlyList<ModuleSymbols> Modules =>
    [
        .. Volatile.Read(ref kernel) is { } known
            ? [Describe(KernelSymbols.Kernel, SymbolSource.Kallsyms, known.Count, cache.Kernel.Problem)]
            : Array.Empty<ModuleSymbols>(),
        .. Volatile.Read(ref isVdsoSeen)
            ? [Describe(Vdso.Name, cache.Vdso.Source, cache.Vdso.Count, cache.Vdso.Problem)]
            : Array.Empty<ModuleSymbols>(),
        .. files.Known,
        .. processes.Values.Select(process => process.JitSymbols).OfType<ModuleSymbols>(),
    ];

    /// <inheritdoc/>
    public void Meet(int pid)
    {
        if (processes.TryGetValue(pid, out var known) && known.Lives)
        {
            known.Refresh();
            return;
        }

        // A process that has ended keeps what was read of it, until its id is another's.
        if (TracedProcess.Meet($"{cache.Proc}/{pid}", files, cache.Time) is { } met)
        {
            processes[pid] = met;
            met.LastUsed = Interlocked.Increment(ref clock);
            if (Interlocked.Add(ref mappings, met.Weight) > MaxMappings)
            {
                ForgetOldest();
            }
        }
    }

    /// <inheritdoc/>
    public void ResolveUser(int pid, ulong address, bool isReturnAddress, List<ResolvedFrame> frames)
    {
        var place = Place(address, isReturnAddress);
        var process = ProcessOf(pid);
        if (process?.Find(place) is not { } mapping)
        {
            frames.Add(new(Frame.Unknown, null, FrameKind.UnknownUser, null, address));
            return;
        }

        switch (mapping)
        {
            case { File: { } file }:
                AddInFile(process, file, mapping, place, address, frames);
                break;
            case { Name: Vdso.Name }:
                Volatile.Write(ref isVdsoSeen, true);
                AddInModule(cache.Vdso, Vdso.Name, place - mapping.Start, place, address, frames);
                break;
            default:
                frames.Add(InGeneratedCode(process, ModuleOf(mapping), place, address));
                break;
        }
    }

    /// <inheritdoc/>
    public void ResolveKernel(ulong address, bool isReturnAddress, List<ResolvedFrame> frames)
    {
        var place = Place(address, isReturnAddress);
        kernel ??= cache.Kernel.Fresh();
        if (kernel.Find(place) is not { } found)
        {
            Volatile.Write(ref kernel, cache.Kernel.Again());
            if (kernel.Find(place) is not { } late)
            {
                frames.Add(new(Frame.Unknown, null, FrameKind.UnknownKernel, null, address));
                return;
            }

            found = late;
        }

        frames.Add(new(found.Name, found.Module, FrameKind.Kernel, address - found.Start, address));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        processes.Clear();
        files.Dispose();
    }

    private static ulong Place(ulong address, bool isReturnAddress) =>
        isReturnAddress && address > 0 ? address - 1 : address;

    private static ModuleSymbols Describe(string module, SymbolSource source, int count, string? problem) =>
        new(module, count > 0 ? source : SymbolSource.None, count, count > 0 ? null : problem);

    // What the kernel has no name for has none; what it has one for keeps it: [heap], [uprobes], [anon: …].
    private static string? ModuleOf(Mapping mapping) => mapping.Name.Length > 0 ? mapping.Name : null;

    private TracedProcess? ProcessOf(int pid)
    {
        if (!processes.TryGetValue(pid, out var process))
        {
            Meet(pid);
            if (!processes.TryGetValue(pid, out process))
            {
                return null;
            }
        }

        process.LastUsed = Interlocked.Increment(ref clock);
        return process;
    }

    private void AddInFile(
        TracedProcess process, MappedFile file, Mapping mapping, ulong place, ulong address, List<ResolvedFrame> frames)
    {
        var offset = place - mapping.Start + mapping.Offset;
        var module = file.Module(cache.Modules);

        // Generated code may be in memory in the guise of a file: .NET keeps it in /memfd:doublemapper.
        if (module.Count == 0)
        {
            frames.Add(InGeneratedCode(process, file.Path, place, address));
        }
        else
        {
            AddInModule(module, file.Path, offset, place, address, frames);
        }
    }

    // The distance is that of the place looked up, one byte before a return address.
    private static void AddInModule(
        ElfModule module, string path, ulong offset, ulong place, ulong address, List<ResolvedFrame> frames)
    {
        if (module.FindAtOffset(offset) is not { } found)
        {
            frames.Add(new(Frame.Unknown, path, FrameKind.UnknownUser, null, address));
            return;
        }

        foreach (var inlined in found.Inlined)
        {
            frames.Add(new(inlined, path, FrameKind.Inlined, null, address));
        }

        frames.Add(new(found.Name, path, FrameKind.User, found.Distance + (address - place), address));
    }

    // Functions of different processes that run the same program are the same frame, so the map is not their module.
    private static ResolvedFrame InGeneratedCode(TracedProcess process, string? module, ulong place, ulong address) =>
        process.FindJit(place) is { } found
            ? new(found.Name, null, FrameKind.Jit, found.Distance + (address - place), address)
            : new(Frame.Unknown, module, FrameKind.UnknownUser, null, address);

    private void ForgetOldest()
    {
        foreach (var (pid, _) in processes.OrderBy(pair => pair.Value.LastUsed).Take(1 + (processes.Count / 4)).ToList())
        {
            processes.TryRemove(pid, out _);
        }

        mappings = processes.Values.Sum(process => process.Weight);
    }
}
