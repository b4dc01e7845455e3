namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// What the symbolizers of all sessions share: the kernel's functions, the symbols of files, the vdso. One for the
/// whole server; nothing is read before it is needed. Safe for many threads.
/// </summary>
public sealed class SymbolizerCache
{
    /// <summary>
    /// What the symbols of files may take together. A large program (a browser, with 500,000 symbols) takes 50 MB.
    /// </summary>
    private const long MaxBytes = 256 << 20;

    private readonly Lazy<ElfModule> vdso = new(Symbols.Vdso.Load);

    public SymbolizerCache(TimeProvider? time = null)
        : this("/proc", time ?? TimeProvider.System)
    {
    }

    internal SymbolizerCache(string proc, TimeProvider time, long maxBytes = MaxBytes)
    {
        Proc = proc;
        Time = time;
        Kernel = new KernelSymbolSource($"{proc}/kallsyms", time);
        Modules = new ModuleCache(maxBytes);
    }

    internal string Proc { get; }

    internal TimeProvider Time { get; }

    internal KernelSymbolSource Kernel { get; }

    internal ModuleCache Modules { get; }

    internal ElfModule Vdso => vdso.Value;

    /// <summary>A symbolizer for one session, which disposes it.</summary>
    public Symbolizer CreateSymbolizer() => new(this);
}
