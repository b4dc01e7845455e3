namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Remembers what was read from files, by the file's identity: a library that is replaced is read again, one that has
/// several names is read once. Once all together is larger than a limit, what was unused for longest is forgotten;
/// whoever needs it reads it again. Safe for many threads.
/// </summary>
/// <param name="capacity">The limit, in the unit of <paramref name="sizeOf"/>.</param>
internal sealed class FileCache<T>(long capacity, Func<T, long> sizeOf)
{
    private readonly Lock gate = new();
    private readonly Lock reading = new();
    private readonly Dictionary<FileIdentity, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> recent = [];
    private long size;

    /// <summary>Of what is remembered, to see that it stays bounded.</summary>
    public long Size
    {
        get
        {
            lock (gate)
            {
                return size;
            }
        }
    }

    /// <summary>
    /// What is known of a file; reads it if need be, while others who want the same file wait. A read that threw is
    /// not remembered, since rights and files may change.
    /// </summary>
    public T Get(FileIdentity identity, Func<T> read)
    {
        var entry = Take(identity, read);
        try
        {
            var content = entry.Content.Value;
            Weigh(entry, content);
            return content;
        }
        catch
        {
            Forget(entry);
            throw;
        }
    }

    private Entry Take(FileIdentity identity, Func<T> read)
    {
        lock (gate)
        {
            if (entries.TryGetValue(identity, out var node))
            {
                recent.Remove(node);
                recent.AddFirst(node);
                return node.Value;
            }

            var entry = new Entry(identity, new Lazy<T>(() => ReadAlone(read)));
            entries[identity] = recent.AddFirst(entry);
            return entry;
        }
    }

    // Big files take hundreds of megabytes while they are read: one at a time.
    private T ReadAlone(Func<T> read)
    {
        lock (reading)
        {
            return read();
        }
    }

    // The size is known only after reading; and meanwhile the entry may have been forgotten.
    private void Weigh(Entry entry, T content)
    {
        lock (gate)
        {
            if (entry.Size is null && entries.TryGetValue(entry.Identity, out var node) && node.Value == entry)
            {
                entry.Size = sizeOf(content);
                size += entry.Size.Value;
                ForgetOldest();
            }
        }
    }

    // The newest stays, however large it is.
    private void ForgetOldest()
    {
        while (size > capacity && recent.Count > 1 && recent.Last is { } last)
        {
            recent.RemoveLast();
            entries.Remove(last.Value.Identity);
            size -= last.Value.Size ?? 0;
        }
    }

    private void Forget(Entry entry)
    {
        lock (gate)
        {
            if (entries.TryGetValue(entry.Identity, out var node) && node.Value == entry)
            {
                recent.Remove(node);
                entries.Remove(entry.Identity);
            }
        }
    }

    private sealed class Entry(FileIdentity identity, Lazy<T> content)
    {
        public FileIdentity Identity { get; } = identity;

        public Lazy<T> Content { get; } = content;

        /// <summary>Null while it is being read.</summary>
        public long? Size { get; set; }
    }
}
