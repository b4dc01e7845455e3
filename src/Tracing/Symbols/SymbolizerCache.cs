using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// What the symbolizers of all sessions share: the kernel's functions, the symbols of files, the vdso. One for the
/// whole server; nothing is read before it is needed. Safe for many threads.
/// </summary>
/// <remarks>Needs Linux 5.6 (openat2); to see files of other users' processes, the rights that tracing needs anyway.</remarks>
public sealed class SymbolizerCache
{
    /// <summary>
    /// What the symbols and the debug information of files may take together. Measured, in one thread: node (78,131
    /// functions of a .symtab) takes 96 ms to read and 7.7 MB to keep, with 47 MB in between; LLVM 14 (33,850 of a
    /// .dynsym) 54 ms and 3 MB; LLVM 22 (145,092) 157 ms and 18 MB, with 98 MB in between.
    /// </summary>
    private const long MaxBytes = 512 << 20;

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
        Modules = new FileCache<ElfModule>(maxBytes, module => module.SizeInBytes);
    }

    internal string Proc { get; }

    internal TimeProvider Time { get; }

    internal KernelSymbolSource Kernel { get; }

    /// <summary>The symbols of files.</summary>
    internal FileCache<ElfModule> Modules { get; }

    internal ElfModule Vdso => vdso.Value;

    /// <summary>A symbolizer for one session, which disposes it.</summary>
    public Symbolizer CreateSymbolizer() => new(this);
}
