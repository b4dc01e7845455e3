using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Libbpf;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>
/// A file while probes are put into it. It is mapped into this process meanwhile: the kernel looks at the instruction of
/// a place only when it has a mapping to patch, and would take a place that it cannot probe without a word if no
/// process happened to run the file. The copies it patches here go away with the mapping, and are never executed.
/// </summary>
internal sealed unsafe class ProbedFile : IDisposable
{
    private const int ReadAndExecute = 1 | 4;
    private const int Private = 2;

    private readonly SafeFileHandle _file;
    private readonly void* _mapping;
    private readonly nuint _length;

    private ProbedFile(SafeFileHandle file, long length)
    {
        (_file, _length) = (file, (nuint)length);
        _mapping = Native.Mmap(null, _length, ReadAndExecute, Private, file, 0);
    }

    /// <summary>Whether the kernel could check the places: not on a file system mounted noexec.</summary>
    internal bool IsMapped => (nint)_mapping != -1;

    /// <exception cref="BpfException">The file cannot be read.</exception>
    internal static ProbedFile Open(string path)
    {
        try
        {
            var file = File.OpenHandle(path);
            return new ProbedFile(file, RandomAccess.GetLength(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new BpfException($"cannot open {path}: {unreadable.Message}", Errors.Access);
        }
    }

    /// <summary>
    /// The probes that may be tried, and those that would make the traced program go wrong and are not even tried.
    /// </summary>
    internal (BoundProbe[] Safe, IReadOnlyList<Refusal> Misread) LeaveOutMisread(IReadOnlyList<BoundProbe> probes)
    {
        BoundProbe[] misread = [.. probes.Where(probe => X64Instructions.IsMisread(CodeAt(probe)))];
        return ([.. probes.Except(misread)], Array.ConvertAll(misread, probe => new Refusal(
            probe, 0, "it begins with a vector instruction that kernels execute wrongly when it is probed")));
    }

    /// <summary>The probes by what the kernel may dislike about their first instruction; ordinary ones under "".</summary>
    internal ILookup<string, BoundProbe> Classify(IReadOnlyList<BoundProbe> probes) =>
        probes.ToLookup(probe => X64Instructions.Suspicion(CodeAt(probe)));

    private ReadOnlySpan<byte> CodeAt(BoundProbe probe)
    {
        var code = new byte[X64Instructions.MaxLength];
        return code.AsSpan(0, RandomAccess.Read(_file, code, (long)((UserProbe)probe).FileOffset));
    }

    public void Dispose()
    {
        if (IsMapped)
        {
            _ = Native.Munmap(_mapping, _length);
        }

        _file.Dispose();
    }
}
