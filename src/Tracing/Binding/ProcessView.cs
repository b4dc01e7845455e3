using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What <c>/proc</c> tells of other processes. They may end at any moment: then it tells nothing.</summary>
internal sealed class ProcessView(string proc)
{
    private const int MaxMapsSize = 64 << 20;

    /// <summary>Whether a process (not only a thread) has this id: a thread's status names another thread group.</summary>
    public bool Exists(int pid) =>
        Lines($"{proc}/{pid}/status")
            .FirstOrDefault(line => line.StartsWith("Tgid:", StringComparison.Ordinal)) is { } line
        && int.TryParse(line.AsSpan("Tgid:".Length).Trim(), out var group) && group == pid;

    /// <summary><c>/proc/PID/root</c> if the process sees another file system than we do, else null.</summary>
    public string? ForeignRoot(int pid)
    {
        var (theirs, ours) = (FileCalls.LinkTarget($"{proc}/{pid}/ns/mnt"), FileCalls.LinkTarget($"{proc}/self/ns/mnt"));
        var isForeign = theirs is not null && ours is not null && theirs != ours;

        // After chroot(2) the namespace is the same, but the root is not.
        return isForeign || FileCalls.LinkTarget($"{proc}/{pid}/root") is { } and not "/" ? $"{proc}/{pid}/root" : null;
    }

    /// <summary>The files whose code the process maps, as it names them.</summary>
    public IEnumerable<string> MappedFiles(int pid) => Mappings(pid).Select(line => line.Name).Distinct();

    /// <summary>
    /// What to open for a file that was deleted or replaced since the process mapped it, as happens when a package is
    /// upgraded under a running service: the process goes on with the old code. Null if it maps no such file.
    /// </summary>
    public string? DeletedFile(int pid, string path) =>
        Mappings(pid).Where(line => line.Name == path + MapsLine.Deleted)
            .Select(line => $"{proc}/{pid}/map_files/{line.Range}").FirstOrDefault();

    /// <summary>The mappings of code of files, by ascending address.</summary>
    public IEnumerable<MapsLine> Mappings(int pid) =>
        ProcessMaps.Parse(FileCalls.ReadProc($"{proc}/{pid}/maps", MaxMapsSize)).Where(line => line.Name.StartsWith('/'));

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
