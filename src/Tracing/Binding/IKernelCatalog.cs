using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What this host can probe. The compiler's only view of the machine: everything from text to program image is a
/// pure function of the text and this.
/// </summary>
public interface IKernelCatalog
{
    /// <summary>Number of possible CPUs; per-CPU map values come in this many parts.</summary>
    int PossibleCpus { get; }

    /// <summary>Whether this kernel has ring buffers (Linux 5.8); without them events come through perf buffers.</summary>
    bool HasRingBuffers => true;

    /// <summary>Whether a process (not a thread) with this id runs now.</summary>
    bool ProcessExists(int pid);

    /// <summary>The processes that know themselves by this number in a container, but have another one on this host.</summary>
    IReadOnlyList<(int Pid, string Name)> ProcessesKnownInsideAs(int pid) => [];

    /// <summary>The types of a program or library, from its debug information; null if it has none.</summary>
    ITypeSource? TypesOf(string path) => null;

    /// <summary>The prototype of the function that begins at an offset of a file, from its debug information; null if that does not tell.</summary>
    FunctionType? PrototypeOf(string path, ulong fileOffset) => null;

    /// <summary>This server's own process (tgid), for sessions that leave it out; null where that is nobody's business.</summary>
    int? OwnProcess => null;

    /// <summary>The cgroup (v2) of a folder, or why there is none.</summary>
    (CgroupPlace? Place, string? Problem) FindCgroup(string path) => (null, "this host has no cgroups");

    /// <summary>Every function in the kernel's text, probeable or not, in address order.</summary>
    IReadOnlyList<KernelFunction> KernelFunctions { get; }

    /// <summary>
    /// Those of one exact name. It may ask less of the host than <see cref="KernelFunctions"/>: whoever names a
    /// function is told by attaching.
    /// </summary>
    IReadOnlyList<KernelFunction> KernelFunctionsNamed(string name) =>
        [.. KernelFunctions.Where(function => function.Name == name)];

    /// <summary>Why <see cref="KernelFunctions"/> is empty, in a sentence; null if it is not.</summary>
    string? KernelFunctionsProblem { get; }

    /// <summary>Every event of tracefs, in the order category, event.</summary>
    IReadOnlyList<Tracepoint> Tracepoints { get; }

    /// <summary>Why <see cref="Tracepoints"/> is empty, in a sentence; null if it is not.</summary>
    string? TracepointsProblem { get; }

    /// <summary>The fields of a tracepoint's record; none if they cannot be read.</summary>
    IReadOnlyList<TracepointField> FieldsOf(Tracepoint tracepoint) => [];

    /// <summary>
    /// The types of the kernel and of C, with the prototypes of the kernel's functions; those of C alone where the kernel
    /// has no BTF.
    /// </summary>
    ITypeSource Types => CoreTypes.Instance;

    /// <summary>
    /// Finds the file a target names: a path, a library stem as in <c>c</c> for libc.so.6 (BCC's rule, first match
    /// in the cache of ld.so), or a program on the PATH. With <paramref name="pid"/>, names that only exist in that
    /// process's mount namespace are found through <c>/proc/PID/root</c>.
    /// </summary>
    BinaryLookup FindBinary(string target, int? pid);

    /// <summary>The functions and USDT probes of an ELF file found by <see cref="FindBinary"/>; cached by file identity.</summary>
    /// <exception cref="BinaryFormatException">The file is no ELF file of this machine, or cannot be read.</exception>
    Binary ReadBinary(string path);
}

/// <summary>A kernel function; <see cref="WhyNot"/> says why it cannot be probed, and is null if it can.</summary>
public sealed record KernelFunction(string Name, ulong Address, string? Module = null, string? WhyNot = null);

/// <summary>A tracepoint; <see cref="Id"/> is the number its perf event has, 0 if unknown.</summary>
public sealed record Tracepoint(string Category, string Event, int Id, SyscallPoint? Syscall = null, string? WhyNot = null)
{
    /// <summary><c>category:event</c>.</summary>
    public string Name => $"{Category}:{Event}";
}

/// <summary>Where in which system call a <c>syscalls:</c> event fires.</summary>
public sealed record SyscallPoint(int Number, bool IsExit);

/// <summary>The file a target stands for; or <see cref="Path"/> null, the reason, and the nearest names that exist.</summary>
/// <param name="Path">What to open; in <c>/proc/PID</c> if only that process sees the file.</param>
/// <param name="DisplayPath">The path as people know it, when that differs from <paramref name="Path"/>.</param>
public sealed record BinaryLookup(
    string? Path, string? Problem = null, IReadOnlyList<string>? Nearest = null, string? DisplayPath = null);

/// <summary>What an ELF file offers to probes.</summary>
/// <param name="Needed">The libraries it is linked with, as it names them: <c>libc.so.6</c>.</param>
public sealed record Binary(
    string Path,
    IReadOnlyList<UserFunction> Functions,
    IReadOnlyList<UsdtProbe> UsdtProbes,
    IReadOnlyList<string> Needed);

/// <summary>
/// A function symbol. <see cref="FileOffset"/> is where its first instruction lies in the file, which is what the
/// kernel wants of a uprobe. <see cref="Version"/> is the symbol version without its <c>@</c>.
/// </summary>
public sealed record UserFunction(
    string Name, ulong FileOffset, string? Version = null, bool IsDefaultVersion = true, bool IsIndirect = false);

/// <summary>A USDT probe and every place it was compiled into.</summary>
public sealed record UsdtProbe(string Provider, string Name, IReadOnlyList<UsdtSite> Sites);

/// <summary>
/// One place of a USDT probe: file offset of its nop, file offset of its semaphore (0: none), and the operands as
/// the note spells them.
/// </summary>
public sealed record UsdtSite(ulong FileOffset, ulong SemaphoreOffset, string Arguments);

/// <summary>A file that should be an ELF file of this machine is not, or cannot be read.</summary>
public sealed class BinaryFormatException(string message, Exception? inner = null) : Exception(message, inner);
