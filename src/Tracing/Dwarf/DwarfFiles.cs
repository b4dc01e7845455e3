using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>
/// Keeps the debug information of the files that were asked for last, by what they are rather than by their names. Safe
/// for many threads.
/// </summary>
internal sealed class DwarfFiles(long capacity = DwarfFiles.DefaultCapacity)
{
    /// <summary>Bytes of debug information that are kept for the next session.</summary>
    public const long DefaultCapacity = 1L << 30;

    /// <summary>What is counted for each file besides, with none too: most files have no debug information.</summary>
    private const int SizeOfEntry = 1000;

    private readonly FileCache<DwarfFile?> _files = new(capacity, file => SizeOfEntry + (file?.SizeInBytes ?? 0));

    /// <summary>Bytes that are kept at most once all of it is read.</summary>
    public long Size => _files.Size;

    /// <summary>The debug information of a file; null if it has none that we can use, or there is no such file.</summary>
    public DwarfFile? Get(string path) => Get(path, Path.GetFullPath(path), found => found);

    /// <summary>The same for a file of another root, see <see cref="DwarfFile.Open(string, string, Func{string, string?})"/>.</summary>
    public DwarfFile? Get(string file, string path, Func<string, string?> find) => FileIdentity.Of(file) is { } identity
        ? _files.Get(identity, () => DwarfFile.Open(file, path, find))
        : null;
}
