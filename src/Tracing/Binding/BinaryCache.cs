namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Remembers what was read from files, by the file's identity: a library that is replaced is read again, one that
/// has several names is read once. Keeps the most recently used.
/// </summary>
internal sealed class BinaryCache(Func<string, Binary> read)
{
    // A large program (a browser, with 500,000 symbols) takes some 80 MB.
    private const int Capacity = 16;

    private readonly Lock gate = new();
    private readonly LinkedList<(FileIdentity Identity, Lazy<Binary> Binary)> recent = [];

    /// <exception cref="BinaryFormatException">No readable ELF file of this machine.</exception>
    public Binary Read(string path)
    {
        var identity = FileIdentity.Of(path) ?? throw new BinaryFormatException($"{path} cannot be found.");
        var entry = Take(identity, path);
        try
        {
            return entry.Value with { Path = path };
        }
        catch
        {
            // A Lazy would repeat its exception for ever; rights and files may change.
            Forget(entry);
            throw;
        }
    }

    private Lazy<Binary> Take(FileIdentity identity, string path)
    {
        lock (gate)
        {
            var known = recent.FirstOrDefault(entry => entry.Identity == identity);
            var binary = known.Binary ?? new Lazy<Binary>(() => read(path));
            recent.Remove(known);
            recent.AddFirst((identity, binary));
            if (recent.Count > Capacity)
            {
                recent.RemoveLast();
            }

            return binary;
        }
    }

    private void Forget(Lazy<Binary> binary)
    {
        lock (gate)
        {
            if (recent.FirstOrDefault(entry => entry.Binary == binary) is { Binary: not null } entry)
            {
                recent.Remove(entry);
            }
        }
    }
}
