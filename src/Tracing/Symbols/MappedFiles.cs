using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Binding;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>A file whose code some process of a session maps, held so that it can be read after it is gone.</summary>
internal sealed class MappedFile(string path, SafeFileHandle? handle, SafeFileHandle? root)
{
    /// <summary>In the process's own view.</summary>
    public string Path { get; } = path;

    /// <summary>When it was last seen in a process, to let go of the oldest.</summary>
    public long LastMet { get; set; }

    /// <summary>What was found in it; null if it was not needed yet.</summary>
    public ModuleSymbols? Known { get; private set; }

    /// <summary>Whether it could be reached when its process was met.</summary>
    public bool IsHeld => handle is not null;

    public void LetGo() => handle?.Dispose();

    /// <summary>The file's symbols, read when first asked for, and again when the file was written over.</summary>
    public ElfModule Module(FileCache<ElfModule> cache)
    {
        var module = Read(cache);
        if (Known is null || Known.Source != module.Source || Known.Count != module.Count)
        {
            Known = new ModuleSymbols(Path, module.Source, module.Count, module.Problem);
        }

        return module;
    }

    private ElfModule Read(FileCache<ElfModule> cache)
    {
        var isHeld = false;
        try
        {
            handle?.DangerousAddRef(ref isHeld);
            return handle is not null && FileCalls.IdentityOf(handle) is { } identity
                ? cache.Get(identity, () => Load(handle))
                : ElfModule.None($"{Path} was gone, or out of reach, when the process was first seen");
        }
        catch (ObjectDisposedException)
        {
            return ElfModule.None($"{Path} was let go of: too many files were mapped since");
        }
        finally
        {
            if (isHeld)
            {
                handle?.DangerousRelease();
            }
        }
    }

    private ElfModule Load(SafeFileHandle handle)
    {
        var held = new List<SafeFileHandle>();
        try
        {
            return ElfModule.Load(FileCalls.PathOf(handle), Path, other => Find(other, held));
        }
        finally
        {
            held.ForEach(each => each.Dispose());
        }
    }

    // A container rarely has debug files. Those of the host serve as well, since their build id is compared.
    private string? Find(string other, List<SafeFileHandle> held)
    {
        if (root is null)
        {
            return other;
        }

        if (FileCalls.HoldIn(root, other) is { } found)
        {
            held.Add(found);
            return FileCalls.PathOf(found);
        }

        return other;
    }
}

/// <summary>The files whose code the processes of one session map. Safe for many threads.</summary>
internal sealed class MappedFiles : IDisposable
{
    private static readonly int MaxHandles = (int)Math.Min(4096, FileLimit.OpenFiles / 8);

    private readonly Lock gate = new();
    private readonly Dictionary<(ulong Device, ulong Inode, string Name), MappedFile> files = [];
    private readonly Dictionary<(string Namespace, ulong Device, ulong Inode), SafeFileHandle> roots = [];
    private long clock;
    private bool isDisposed;

    public IReadOnlyList<ModuleSymbols> Known
    {
        get
        {
            lock (gate)
            {
                return [.. files.Values.Select(file => file.Known).OfType<ModuleSymbols>()];
            }
        }
    }

    /// <summary>A handle for a process's root folder if it is not ours, else null.</summary>
    public SafeFileHandle? Root(string process)
    {
        var space = FileCalls.LinkTarget($"{process}/ns/mnt");
        if (space is null || FileIdentity.Of($"{process}/root") is not { } root
            || (space == OurNamespace && FileIdentity.Of("/") is { } ours && IsSame(root, ours.Device, ours.Inode)))
        {
            return null;
        }

        lock (gate)
        {
            var key = (space, root.Device, root.Inode);
            if (!roots.TryGetValue(key, out var held) && roots.Count < MaxHandles && !isDisposed
                && FileCalls.Hold($"{process}/root") is { } taken)
            {
                roots[key] = held = taken;
            }

            return held;
        }
    }

    /// <summary>The file of a mapping, held from now on. Call it while the process lives.</summary>
    /// <param name="process">Its folder under /proc.</param>
    public MappedFile Meet(MapsLine line, string process, SafeFileHandle? root)
    {
        lock (gate)
        {
            // While it is held, no other file can get its inode number.
            var key = (line.Device, line.Inode, line.Name);
            if (!files.TryGetValue(key, out var file) || !file.IsHeld)
            {
                var isDeleted = line.Name.EndsWith(MapsLine.Deleted, StringComparison.Ordinal);
                var path = isDeleted ? line.Name[..^MapsLine.Deleted.Length] : line.Name;
                var held = isDisposed ? null : Hold(line, isDeleted ? null : path, process, root);
                files[key] = file = held is null && file is not null ? file : new MappedFile(path, held, root);
                LetGoOfOldest();
            }

            file.LastMet = ++clock;
            return file;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            foreach (var file in files.Values)
            {
                file.LetGo();
            }

            foreach (var root in roots.Values)
            {
                root.Dispose();
            }

            files.Clear();
            roots.Clear();
        }
    }

    private static string? OurNamespace { get; } = FileCalls.LinkTarget("/proc/self/ns/mnt");

    /// <summary>
    /// The file itself by its path; by the mapping if that is gone or another file by now; in our own view, as after
    /// chroot(2), where /proc/PID/maps gives paths as we see them. On file systems that show other numbers in maps
    /// than to stat(2) (btrfs, overlayfs on older kernels), what the path leads to is believed.
    /// </summary>
    private static SafeFileHandle? Hold(MapsLine line, string? path, string process, SafeFileHandle? root)
    {
        var byPath = path is null ? null : root is null ? FileCalls.Hold(path) : FileCalls.HoldIn(root, path);
        if (IsIt(byPath))
        {
            return byPath;
        }

        string[] others = [$"{process}/map_files/{line.Start:x}-{line.End:x}", $"{process}/exe", path ?? ""];
        foreach (var other in others)
        {
            var held = FileCalls.Hold(other);
            if (IsIt(held))
            {
                byPath?.Dispose();
                return held;
            }

            held?.Dispose();
        }

        return byPath;

        bool IsIt(SafeFileHandle? held) =>
            held is not null && FileCalls.IdentityOf(held) is { } found && IsSame(found, line.Device, line.Inode);
    }

    private static bool IsSame(FileIdentity file, ulong device, ulong inode) =>
        file.Device == device && file.Inode == inode;

    private void LetGoOfOldest()
    {
        if (files.Count <= MaxHandles)
        {
            return;
        }

        foreach (var (key, file) in files.OrderBy(pair => pair.Value.LastMet).Take(MaxHandles / 4).ToList())
        {
            file.LetGo();
            files.Remove(key);
        }
    }
}

/// <summary>How many files this process may have open.</summary>
internal static unsafe partial class FileLimit
{
    public static long OpenFiles { get; } = Read();

    private static long Read()
    {
        const int openFiles = 7;
        var limits = stackalloc ulong[2];
        return GetLimit(openFiles, limits) == 0 ? (long)Math.Min(limits[0], 1 << 20) : 1024;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* limits);
}
