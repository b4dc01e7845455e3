using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>A map in the kernel.</summary>
internal sealed unsafe class BpfMap : IDisposable
{
    /// <summary>BPF_F_RDONLY_PROG: programs may read, not write; with freezing, the verifier may trust the contents.</summary>
    private const uint ReadOnlyForPrograms = 1 << 7;

    private BpfMap(FileHandle handle, MapImage image) => (Handle, Image) = (handle, image);

    internal FileHandle Handle { get; }

    internal MapImage Image { get; }

    /// <summary>Creates a map, and writes and freezes its contents if the image has any.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static BpfMap Create(MapImage image)
    {
        var options = new MapCreateOptions
        {
            Size = (nuint)sizeof(MapCreateOptions),
            MapFlags = image.Contents is null ? 0 : ReadOnlyForPrograms,
        };
        var fd = Native.MapCreate(
            image.Type, image.Name, (uint)image.KeySize, (uint)image.ValueSize, (uint)image.MaxEntries, &options);
        BpfException.ThrowIfFailed(fd, $"create the map '{image.Name}' of {image.MaxEntries} entries");
        var map = new BpfMap(new FileHandle(fd), image);
        if (image.Contents is { } contents)
        {
            map.WriteAndFreeze(contents);
        }

        return map;
    }

    public void Dispose() => Handle.Dispose();

    private void WriteAndFreeze(byte[] contents)
    {
        uint key = 0;

        // The kernel reads exactly ValueSize bytes, which is the array's length.
        fixed (byte* value = contents)
        {
            BpfException.ThrowIfFailed(Native.MapUpdateElem(Handle, &key, value, 0), $"fill the map '{Image.Name}'");
        }

        BpfException.ThrowIfFailed(Native.MapFreeze(Handle), $"freeze the map '{Image.Name}'");
    }
}
