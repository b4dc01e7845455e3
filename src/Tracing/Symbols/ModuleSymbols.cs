namespace BpfDashboard.Tracing.Symbols;

/// <summary>Where the names of a module come from. The order is part of the wire format.</summary>
public enum SymbolSource
{
    /// <summary>There are none: <see cref="ModuleSymbols.Problem"/> says why.</summary>
    None,

    /// <summary>The file's full symbol table (<c>.symtab</c>).</summary>
    SymbolTable,

    /// <summary>Only what the file exports (<c>.dynsym</c>): its other functions have no names.</summary>
    DynamicSymbols,

    /// <summary>A separate debug file.</summary>
    DebugFile,

    /// <summary>The kernel's list (<c>/proc/kallsyms</c>).</summary>
    Kallsyms,

    /// <summary>What a runtime wrote of the code that it generated (<c>/tmp/perf-PID.map</c>).</summary>
    PerfMap,
}

/// <summary>What is known of the functions of a module: why its frames have names, or have none.</summary>
/// <param name="Path">The module as in <see cref="Frame.Module"/>; the file, if it is a perf map.</param>
/// <param name="Count">How many functions have names.</param>
/// <param name="Problem">Why there are none, as a sentence; null if there are some.</param>
public sealed record ModuleSymbols(string Path, SymbolSource Source, int Count, string? Problem);
