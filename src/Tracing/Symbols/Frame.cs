namespace BpfDashboard.Tracing.Symbols;

/// <summary>Where a frame's code comes from. The order is part of the wire format.</summary>
public enum FrameKind
{
    /// <summary>The kernel, a module, or a BPF program.</summary>
    Kernel,

    /// <summary>A mapped file: executable, library, vdso.</summary>
    User,

    /// <summary>Code a runtime generated and described in <c>perf-PID.map</c>.</summary>
    Jit,

    /// <summary>A function the compiler inlined into the frame below it, known from DWARF.</summary>
    Inlined,

    /// <summary>An address of the kernel that nothing names.</summary>
    UnknownKernel,

    /// <summary>An address of a process that nothing names.</summary>
    UnknownUser,
}

/// <summary>
/// One function in a stack. Frames are equal when every part is: a part that is not to tell frames apart is null.
/// </summary>
/// <param name="Name">Demangled; <c>[unknown]</c> where nothing names the address.</param>
/// <param name="Module">
/// Path of the file in the process's own view, <c>[vdso]</c>, <c>kernel</c> or a kernel module's name; null if unknown.
/// </param>
/// <param name="Offset">Bytes from the start of the function, where offsets were asked for (<c>-s</c>).</param>
/// <param name="Address">The raw address, where addresses were asked for (<c>-v</c>).</param>
public sealed record Frame(string Name, string? Module, FrameKind Kind, ulong? Offset = null, ulong? Address = null)
{
    /// <summary>What stands in place of a name that is not known, as in BCC.</summary>
    public const string Unknown = "[unknown]";

    /// <summary>Whether the frame belongs to the kernel's part of a stack.</summary>
    public bool IsKernel => Kind is FrameKind.Kernel or FrameKind.UnknownKernel;
}
