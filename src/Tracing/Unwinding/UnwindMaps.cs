using System.Globalization;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>Fills the maps by which a session's programs unwind. Used by one thread at a time.</summary>
internal sealed unsafe class UnwindMaps(BpfMap words, BpfMap processes)
{
    private const int MaxMapsSize = 64 << 20;

    // Sessions share their libraries.
    private static readonly FileCache<UnwindTable> Tables = new(64 << 20, table => table.SizeInBytes);
    private static readonly Lazy<UnwindTable> VdsoTable = new(CallFrames.ReadVdso);

    private readonly UnwindWords _layout = new(words.Image.MaxEntries << UnwindLayout.ChunkShift);
    private readonly Dictionary<FileIdentity, (UnwindTable Table, uint? Index)> _files = [];
    private readonly Dictionary<int, UnwindMapping[]> _processes = [];
    private readonly List<string> _leftOut = [];
    private int _written;

    /// <summary>Files with tables that found no room any more; code of theirs is followed by frame pointers.</summary>
    internal IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>
    /// Puts in what the process has mapped now, in place of what was known of it. True if that is something else, and
    /// there was room for it.
    /// </summary>
    /// <exception cref="BpfException">The kernel takes no tables.</exception>
    internal bool Update(int pid)
    {
        var mappings = new List<UnwindMapping>();
        foreach (var mapping in ProcessMaps.Parse(FileCalls.ReadProc(Proc($"{pid}/maps"), MaxMapsSize)))
        {
            if (mappings.Count < UnwindLayout.MaxMappings && Describe(pid, mapping) is { } described)
            {
                mappings.Add(described);
            }
        }

        WriteChunks();
        var isKnown = _processes.TryGetValue(pid, out var known) && known.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(mappings));
        return mappings.Count > 0 && !isKnown && WriteProcess(pid, [.. mappings]);
    }

    private UnwindMapping? Describe(int pid, MapsLine mapping)
    {
        var (table, index) = mapping.Name == Vdso.Name ? OfVdso() : OfFile(mapping.Name, Files(pid, mapping));
        return index is { } first ? table.Map(mapping, first) : null;
    }

    /// <summary>
    /// What leads to the mapped file itself, though it was replaced, deleted, or lies in another mount namespace
    /// (that takes CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE); else its name in the process's own root.
    /// </summary>
    private static IEnumerable<string> Files(int pid, MapsLine mapping) => mapping.Name.StartsWith('/')
        ? [Proc($"{pid}/map_files/{mapping.Start:x}-{mapping.End:x}"), Proc($"{pid}/root{mapping.Name}")]
        : [];

    private static string Proc(FormattableString path) => "/proc/" + path.ToString(CultureInfo.InvariantCulture);

    private (UnwindTable Table, uint? Index) OfFile(string name, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (FileIdentity.Of(path) is { IsRegular: true } identity)
            {
                return _files.TryGetValue(identity, out var known)
                    ? known
                    : _files[identity] = Add(name, Tables.Get(identity, () => CallFrames.Read(path)));
            }
        }

        return (UnwindTable.Empty, null);
    }

    /// <summary>The kernel maps the same image into every process, and so into ours.</summary>
    private (UnwindTable Table, uint? Index) OfVdso()
    {
        if (!_files.TryGetValue(default, out var known))
        {
            _files[default] = known = Add(Vdso.Name, VdsoTable.Value);
        }

        return known;
    }

    private (UnwindTable Table, uint? Index) Add(string name, UnwindTable table)
    {
        if (table.Rows.Length == 0)
        {
            return (table, null);
        }

        var index = _layout.Add(table);
        if (index is null)
        {
            _leftOut.Add(name);
        }

        return (table, index);
    }

    /// <summary>A chunk that was begun before is written again: what is there stays as it is.</summary>
    private void WriteChunks()
    {
        if (_layout.Used == _written)
        {
            return;
        }

        for (var chunk = (uint)(_written >> UnwindLayout.ChunkShift); chunk < _layout.ChunkCount; chunk++)
        {
            // A chunk has as many bytes as the map's values.
            fixed (ulong* value = _layout.Chunk((int)chunk))
            {
                BpfException.ThrowIfFailed(Native.MapUpdateElem(words.Handle, &chunk, value, 0), "write unwind tables");
            }
        }

        _written = _layout.Used;
    }

    private bool WriteProcess(int pid, UnwindMapping[] mappings)
    {
        var value = new byte[UnwindLayout.ProcessSize];
        MemoryMarshal.Write(value, (ulong)mappings.Length);
        MemoryMarshal.AsBytes<UnwindMapping>(mappings).CopyTo(value.AsSpan(UnwindLayout.MappingsOffset));
        if (!_processes.ContainsKey(pid) && _processes.Count >= processes.Image.MaxEntries)
        {
            RemoveEnded();
        }

        // The value has the size that the map was created with.
        fixed (byte* bytes = value)
        {
            if (Native.MapUpdateElem(processes.Handle, &pid, bytes, 0) != 0)
            {
                return false;
            }
        }

        _processes[pid] = mappings;
        return true;
    }

    private void RemoveEnded()
    {
        foreach (var pid in _processes.Keys.Where(pid => !Directory.Exists(Proc($"{pid}"))))
        {
            var key = pid;
            _ = Native.MapDeleteElem(processes.Handle, &key);
            _processes.Remove(pid);
        }
    }
}
