namespace BpfDashboard.Server.Recordings;

/// <summary>What was looked for: two viewers who ask the same share what was found.</summary>
/// <param name="Purpose">Empty for which rows match; else what is made of them.</param>
/// <param name="Origin">Where session time begins, which filters may speak of.</param>
internal sealed record SearchKey(string Purpose, string? Filter, string? Text, long? Until, long Origin);

/// <summary>What is known for a key. Whoever reads or goes on with it holds <see cref="Gate"/>.</summary>
internal sealed class Found<T>(T value) : IFound
    where T : class
{
    private long size;

    public Lock Gate { get; } = new();

    public T Value => value;

    /// <inheritdoc/>
    public long Size
    {
        get => Volatile.Read(ref size);
        set => Volatile.Write(ref size, value);
    }
}

/// <summary>Something that takes memory.</summary>
internal interface IFound
{
    /// <summary>Bytes, about, as of when it was last looked at.</summary>
    long Size { get; }
}

/// <summary>
/// The last few searches of a session, so that the next answer costs only what came since. Those used longest ago are
/// forgotten when there are too many, or when they take too much; the newest stays, whatever it takes.
/// </summary>
/// <param name="maxCount">Searches that are remembered.</param>
/// <param name="maxBytes">Memory that they take together: a million rows in order take 32 MB, and by texts 100.</param>
internal sealed class SearchMemory(int maxCount, long maxBytes)
{
    private readonly Lock gate = new();

    /// <summary>In the order of use, the one used longest ago first.</summary>
    private readonly List<(SearchKey Key, IFound Found)> recent = [];

    /// <summary>Bytes of memory.</summary>
    public long Size
    {
        get
        {
            lock (gate)
            {
                return recent.Sum(one => one.Found.Size);
            }
        }
    }

    /// <summary>What is known for a key, or what <paramref name="make"/> begins with.</summary>
    public Found<T> Get<T>(SearchKey key, Func<T> make)
        where T : class
    {
        lock (gate)
        {
            var index = recent.FindIndex(one => one.Key == key);
            var found = index >= 0 ? (Found<T>)recent[index].Found : new Found<T>(make());
            recent.RemoveAll(one => one.Key == key);
            Forget(found.Size);
            recent.Add((key, found));
            return found;
        }
    }

    /// <summary>The same, if there is any; it counts as no use.</summary>
    public Found<T>? Peek<T>(SearchKey key)
        where T : class
    {
        lock (gate)
        {
            return recent.Find(one => one.Key == key).Found as Found<T>;
        }
    }

    /// <summary>Makes room for one more of so many bytes.</summary>
    private void Forget(long size)
    {
        while (recent.Count > 0 && (recent.Count >= maxCount || recent.Sum(one => one.Found.Size) + size > maxBytes))
        {
            recent.RemoveAt(0);
        }
    }
}
