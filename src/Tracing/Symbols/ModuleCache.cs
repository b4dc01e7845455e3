using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// The symbols of files, by the file's identity, shared by all sessions. Once they take more than a limit, those
/// unused for longest are forgotten; whoever needs them reads them again. Safe for many threads.
/// </summary>
internal sealed class ModuleCache(long maxBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<FileIdentity, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> recent = [];
    private long bytes;

    /// <summary>Of what is loaded, to see that it stays bounded.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }
    }

    /// <summary>What is known of a file; loads it if need be, while others who want the same file wait.</summary>
    public ElfModule Get(FileIdentity identity, Func<ElfModule> load)
    {
        var entry = Take(identity, load);
        var module = entry.Module.Value;
        lock (gate)
        {
            // The size is known only now; and meanwhile the entry may have been forgotten.
            if (entry.Bytes == 0 && entries.TryGetValue(identity, out var node) && node.Value == entry)
            {
                entry.Bytes = module.SizeInBytes;
                bytes += entry.Bytes;
                ForgetOldest();
            }
        }

        return module;
    }

    private Entry Take(FileIdentity identity, Func<ElfModule> load)
    {
        lock (gate)
        {
            if (entries.TryGetValue(identity, out var node))
            {
                recent.Remove(node);
                recent.AddFirst(node);
                return node.Value;
            }

            // Big files take hundreds of megabytes while they are read: one at a time.
            var entry = new Entry(identity, new Lazy<ElfModule>(() =>
            {
                lock (recent)
                {
                    return load();
                }
            }));
            entries[identity] = recent.AddFirst(entry);
            return entry;
        }
    }

    // The newest stays, however large it is.
    private void ForgetOldest()
    {
        while (bytes > maxBytes && recent.Count > 1 && recent.Last is { } last)
        {
            recent.RemoveLast();
            entries.Remove(last.Value.Identity);
            bytes -= last.Value.Bytes;
        }
    }

    private sealed class Entry(FileIdentity identity, Lazy<ElfModule> module)
    {
        public FileIdentity Identity { get; } = identity;

        public Lazy<ElfModule> Module { get; } = module;

        public long Bytes { get; set; }
    }
}
