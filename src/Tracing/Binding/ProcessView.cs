namespace BpfDashboard.Tracing.Binding;

/// <summary>What <c>/proc</c> tells of other processes. They may end at any moment: then it tells nothing.</summary>
internal sealed class ProcessView(string proc)
{
    /// <summary>Whether a process (not only a thread) has this id: a thread's status names another thread group.</summary>
    public bool Exists(int pid) =>
        Lines($"{proc}/{pid}/status")
            .FirstOrDefault(line => line.StartsWith("Tgid:", StringComparison.Ordinal)) is { } line
        && int.TryParse(line.AsSpan("Tgid:".Length).Trim(), out var group) && group == pid;

    /// <summary><c>/proc/PID/root</c> if the process sees another file system than we do, else null.</summary>
    public string? ForeignRoot(int pid)
    {
        var (theirs, ours) = (Link($"{proc}/{pid}/ns/mnt"), Link($"{proc}/self/ns/mnt"));
        var isForeign = theirs is not null && ours is not null && theirs != ours;

        // After chroot(2) the namespace is the same, but the root is not.
        return isForeign || Link($"{proc}/{pid}/root") is { } and not "/" ? $"{proc}/{pid}/root" : null;
    }

    /// <summary>
    /// The files whose code the process maps, as it names them. Lines look like
    /// <c>7f1c2a000000-7f1c2a028000 r-xp 00026000 fe:01 1573 /usr/lib/x86_64-linux-gnu/libc.so.6</c>.
    /// </summary>
    public IEnumerable<string> MappedFiles(int pid) => Mappings(pid).Select(mapping => mapping.File).Distinct();

    /// <summary>
    /// What to open for a file that was deleted or replaced since the process mapped it, as happens when a package is
    /// upgraded under a running service: the process goes on with the old code. Null if it maps no such file.
    /// </summary>
    public string? DeletedFile(int pid, string path) =>
        Mappings(pid).FirstOrDefault(mapping => mapping.File == $"{path} (deleted)") is { Range: not null } mapping
            ? $"{proc}/{pid}/map_files/{mapping.Range}"
            : null;

    private IEnumerable<(string Range, string File)> Mappings(int pid) =>
        Lines($"{proc}/{pid}/maps")
            .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(parts => parts is [_, [_, _, 'x', ..], _, _, _, ['/', ..]])
            .Select(parts => (parts[0], parts[5]));

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

    private static string? Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
