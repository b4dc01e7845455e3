using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>
/// Remembers tables by the identity of their files, most recently used first, up to a number of bytes. Any thread may
/// ask.
/// </summary>
internal sealed class UnwindTableCache(Func<string, UnwindTable> read, long capacityInBytes)
{
    /// <summary>The one of this process: sessions share their libraries.</summary>
    internal static readonly UnwindTableCache Shared = new(CallFrames.Read, 64 << 20);

    private const int RowSize = 8;
    private readonly Lock gate = new();
    private readonly LinkedList<(FileIdentity Identity, UnwindTable Table)> recent = [];
    private long size;

    /// <summary>The table of a file; empty for one that is not there or tells nothing.</summary>
    internal UnwindTable Read(string path, FileIdentity identity)
    {
        lock (gate)
        {
            if (recent.FirstOrDefault(entry => entry.Identity == identity) is { Table: not null } known)
            {
                recent.Remove(known);
                recent.AddFirst(known);
                return known.Table;
            }
        }

        // Two threads may read the same file at once, which costs only their time.
        var table = read(path);
        Add(identity, table);
        return table;
    }

    private void Add(FileIdentity identity, UnwindTable table)
    {
        lock (gate)
        {
            recent.AddFirst((identity, table));
            size += SizeOf(table);
            while (size > capacityInBytes && recent.Last is { } oldest && recent.Count > 1)
            {
                recent.RemoveLast();
                size -= SizeOf(oldest.Value.Table);
            }
        }
    }

    private static long SizeOf(UnwindTable table) => ((long)table.Rows.Length * RowSize) + 256;
}
