using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Dwarf;

/// <summary>How much is known of what has a name: of two of one name the higher one is meant.</summary>
internal enum NameRank
{
    /// <summary>It exists.</summary>
    Declared,

    /// <summary>It is defined, but its full name is longer, or only its own source file sees it.</summary>
    Hidden,

    Defined,
}

/// <summary>
/// Which entry has a name: a hash table over the bytes of the names where libdw has them, so that the hundred
/// thousands of names of a large program cost no strings.
/// </summary>
internal sealed unsafe class DwarfNames
{
    private const int FirstCapacity = 1024;

    private int[] _buckets = Filled(FirstCapacity);
    private Entry[] _entries = new Entry[FirstCapacity];

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a name, unless the same is known with a rank as high.</summary>
    /// <param name="place">Where the entry lies, see <see cref="DwarfFile.At"/>; asked for only if needed.</param>
    public void Add(TypeNames space, byte* name, NameRank rank, in DwarfEntry entry, Func<DwarfEntry, ulong> place)
    {
        var bytes = DwarfText.Bytes(name);
        if (bytes.IsEmpty)
        {
            return;
        }

        var hash = Hash(space, bytes);
        var found = Find(space, bytes, hash);
        if (found < 0)
        {
            Insert(hash, new Entry { Name = name, Space = space, Rank = rank, Place = place(entry) });
        }
        else if (_entries[found].Rank < rank)
        {
            (_entries[found].Rank, _entries[found].Place) = (rank, place(entry));
        }
    }

    /// <summary>Where the entry of this name lies, and what is known of it; null if there is none.</summary>
    public (ulong Place, NameRank Rank)? Find(TypeNames space, ReadOnlySpan<byte> name) =>
        Find(space, name, Hash(space, name)) is >= 0 and var found ? (_entries[found].Place, _entries[found].Rank) : null;

    /// <summary>The bytes of one of the names of a name space; empty for one of another.</summary>
    public ReadOnlySpan<byte> NameOf(int index, TypeNames space) =>
        _entries[index].Space == space ? DwarfText.Bytes(_entries[index].Name) : [];

    private int Find(TypeNames space, ReadOnlySpan<byte> name, int hash)
    {
        var at = _buckets[hash & (_buckets.Length - 1)];
        while (at >= 0 && !(_entries[at].Hash == hash && _entries[at].Space == space
            && DwarfText.Bytes(_entries[at].Name).SequenceEqual(name)))
        {
            at = _entries[at].Next;
        }

        return at;
    }

    private void Insert(int hash, Entry entry)
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        (entry.Hash, entry.Next) = (hash, bucket);
        (_entries[Count], bucket) = (entry, Count);
        Count++;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, 2 * Count);
        _buckets = Filled(2 * Count);
        for (var i = 0; i < Count; i++)
        {
            ref var bucket = ref _buckets[_entries[i].Hash & (_buckets.Length - 1)];
            (_entries[i].Next, bucket) = (bucket, i);
        }
    }

    private static int[] Filled(int length)
    {
        var buckets = new int[length];
        Array.Fill(buckets, -1);
        return buckets;
    }

    private static int Hash(TypeNames space, ReadOnlySpan<byte> name)
    {
        var hash = default(HashCode);
        hash.Add(space);
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    private struct Entry
    {
        public byte* Name;
        public ulong Place;
        public int Hash;
        public int Next;
        public TypeNames Space;
        public NameRank Rank;
    }
}
