using System.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Functions by address, compactly: 16 bytes each and their names in UTF-8, zero-terminated. Immutable.
/// </summary>
internal sealed class SymbolIndex
{
    /// <summary>How many enclosing functions are tried when the nearest one ends before the address.</summary>
    private const int MaxNesting = 32;

    private readonly ulong[] starts;
    private readonly uint[] lengths;
    private readonly int[] names;
    private readonly byte[] text;

    /// <param name="starts">Ascending.</param>
    /// <param name="lengths">In bytes.</param>
    /// <param name="names">Where in the text each name begins.</param>
    public SymbolIndex(ulong[] starts, uint[] lengths, int[] names, byte[] text)
    {
        this.starts = starts;
        this.lengths = lengths;
        this.names = names;
        this.text = text;
    }

    public static SymbolIndex Empty { get; } = new([], [], [], []);

    public int Count => starts.Length;

    public long SizeInBytes => (16L * starts.Length) + text.Length;

    /// <summary>The function that covers an address, the innermost if they are nested; -1 if there is none.</summary>
    public int Find(ulong address)
    {
        var found = Array.BinarySearch(starts, address);
        var index = found >= 0 ? found : ~found - 1;
        for (var tries = 0; index >= 0 && tries < MaxNesting; tries++, index--)
        {
            if (address - starts[index] < lengths[index])
            {
                return index;
            }
        }

        return -1;
    }

    public ulong Start(int index) => starts[index];

    public uint Length(int index) => lengths[index];

    public ReadOnlySpan<byte> RawName(int index)
    {
        var rest = text.AsSpan(names[index]);
        return rest[..rest.IndexOf((byte)0)];
    }

    public string Name(int index) => Encoding.UTF8.GetString(RawName(index));
}

/// <summary>Collects zero-terminated names in one piece of memory.</summary>
internal sealed class NameText
{
    /// <summary>Longer names are cut: they are raw data of traced processes.</summary>
    public const int MaxLength = 4096;

    private byte[] text;

    /// <param name="names">What <see cref="ToArray"/> gave, to go on from there.</param>
    public NameText(ReadOnlySpan<byte> names = default)
    {
        text = new byte[Math.Max(4096, names.Length)];
        names.CopyTo(text);
        Length = names.Length;
    }

    public int Length { get; private set; }

    /// <summary>Adds a name and returns where it begins. A zero within it would end it.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        name = name[..Math.Min(name.Length, MaxLength)];
        var at = Reserve(name.Length + 1);
        name.CopyTo(text.AsSpan(at));
        text[Length - 1] = 0;
        return at;
    }

    public int Add(ReadOnlySpan<char> name)
    {
        name = name[..Math.Min(name.Length, MaxLength)];
        var at = Reserve(Encoding.UTF8.GetByteCount(name) + 1);
        Encoding.UTF8.GetBytes(name, text.AsSpan(at));
        text[Length - 1] = 0;
        return at;
    }

    /// <summary>All names, in an array that is no larger than they are.</summary>
    public byte[] ToArray() => text.AsSpan(0, Length).ToArray();

    private int Reserve(int size)
    {
        var at = Length;
        if (at + size > text.Length)
        {
            Array.Resize(ref text, (int)Math.Min(Array.MaxLength, Math.Max(at + (long)size, 2L * text.Length)));
        }

        Length = at + size;
        return at;
    }
}
