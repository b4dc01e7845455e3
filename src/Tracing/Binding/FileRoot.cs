using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Elf;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// A file system as a process sees it: the server's own (<paramref name="prefix"/> empty), or that of a process in
/// another mount namespace (<c>/proc/PID/root</c>).
/// </summary>
internal sealed class FileRoot(string prefix)
{
    private const int MaxLinks = 40;

    /// <summary>The native libraries: from the cache of ld.so, or if there is none, from the usual folders.</summary>
    public IEnumerable<CachedLibrary> Libraries() => ReadCache() ?? LibrariesInFolders();

    /// <summary>What to open for a path of this root, if a file is there.</summary>
    public string? Open(string path)
    {
        var opened = prefix.Length == 0 ? path : Resolve(path);
        return opened is not null && FileIdentity.Of(opened) is { IsRegular: true } ? opened : null;
    }

    /// <summary>Names of the files in a folder; none if it cannot be read.</summary>
    public IEnumerable<string> Files(string folder)
    {
        try
        {
            return Resolve(folder) is { } real ? Directory.GetFiles(real).Select(file => Path.GetFileName(file)!) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private List<CachedLibrary>? ReadCache()
    {
        const long largest = 64 << 20;
        try
        {
            return Open("/etc/ld.so.cache") is { } path && new FileInfo(path).Length <= largest
                ? LdCache.Read(File.ReadAllBytes(path))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IEnumerable<CachedLibrary> LibrariesInFolders() =>
        from folder in HostCpu.LibraryFolders
        from name in Files(folder).Order(StringComparer.Ordinal)
        where name.Contains(".so", StringComparison.Ordinal)
        let path = $"{folder}/{name}"
        where Open(path) is { } opened && ElfHeaderCheck.Problem(path, FileStart.Read(opened)) is null
        select new CachedLibrary(name, path);

    /// <summary>
    /// Follows symbolic links within this root. The kernel would follow an absolute link under /proc/PID/root from
    /// our root, not from that of the process.
    /// </summary>
    private string? Resolve(string path)
    {
        if (prefix.Length == 0)
        {
            return path;
        }

        var rest = new Stack<string>(Parts(path).Reverse());
        var real = new List<string>();
        for (var links = 0; rest.TryPop(out var part);)
        {
            if (part == "..")
            {
                real.RemoveRange(Math.Max(0, real.Count - 1), Math.Min(1, real.Count));
                continue;
            }

            real.Add(part);
            if (FileCalls.LinkTarget($"{prefix}/{string.Join('/', real)}") is not { } target)
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            real.RemoveRange(target.StartsWith('/') ? 0 : real.Count - 1, target.StartsWith('/') ? real.Count : 1);
            foreach (var next in Parts(target).Reverse())
            {
                rest.Push(next);
            }
        }

        return $"{prefix}/{string.Join('/', real)}";
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/').Where(part => part is not ("" or "."));
}

/// <summary>The first bytes of a file, enough to tell what it is.</summary>
internal static class FileStart
{
    /// <summary>At most 128 bytes; none if it cannot be read or is no regular file.</summary>
    public static byte[] Read(string path)
    {
        try
        {
            if (FileIdentity.Of(path) is not { IsRegular: true })
            {
                return [];
            }

            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[128];
            return bytes[..RandomAccess.Read(file, bytes, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
