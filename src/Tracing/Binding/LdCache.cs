using System.Buffers.Binary;
using System.Text;
using BpfDashboard.Tracing.Cpu;

namespace BpfDashboard.Tracing.Binding;

/// <summary>A library that ld.so knows: its name (<c>libc.so.6</c>) and where it is.</summary>
internal readonly record struct CachedLibrary(string Name, string Path);

/// <summary>
/// Reads <c>/etc/ld.so.cache</c> in glibc's format 1.1: "glibc-ld.so.cache1.1", number of entries, length of the
/// strings and 20 bytes of no interest; then entries of flags, offset of the name, offset of the path (4 bytes each)
/// and 12 bytes more. Offsets count from the header. Caches made for old systems have an older table in front.
/// </summary>
internal static class LdCache
{
    private const int HeaderSize = 48;
    private const int EntrySize = 24;

    /// <summary>The libraries of this CPU's ABI, in the order of the cache; null if it is no such cache.</summary>
    public static List<CachedLibrary>? Read(ReadOnlySpan<byte> cache)
    {
        var start = cache.IndexOf("glibc-ld.so.cache1.1"u8);
        if (start < 0 || cache.Length - start < HeaderSize)
        {
            return null;
        }

        cache = cache[start..];
        var count = BinaryPrimitives.ReadUInt32LittleEndian(cache[20..]);
        var libraries = new List<CachedLibrary>();
        var entries = cache[HeaderSize..];
        for (var i = 0; i < count && entries.Length >= EntrySize; i++, entries = entries[EntrySize..])
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(entries) == HostCpu.LdCacheFlags
                && TextAt(cache, BinaryPrimitives.ReadUInt32LittleEndian(entries[4..])) is { } name
                && TextAt(cache, BinaryPrimitives.ReadUInt32LittleEndian(entries[8..])) is { } path)
            {
                libraries.Add(new CachedLibrary(name, path));
            }
        }

        return libraries;
    }

    private static string? TextAt(ReadOnlySpan<byte> cache, uint offset)
    {
        var text = offset < cache.Length ? cache[(int)offset..] : [];
        var end = text.IndexOf((byte)0);
        return end > 0 ? Encoding.UTF8.GetString(text[..end]) : null;
    }
}
