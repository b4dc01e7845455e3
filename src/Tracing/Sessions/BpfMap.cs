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

    /// <summary>The map in place 0 of an array of maps.</summary>
    internal BpfMap? Inner { get; private set; }

    /// <summary>Creates a map, and what the image says is in it: contents, which are frozen, or a map.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static BpfMap Create(MapImage image)
    {
        var inner = image.Inner is null ? null : Create(image.Inner);
        BpfMap? map = null;
        try
        {
            map = CreateEmpty(image, inner?.Handle.Fd ?? 0);
            map.Fill(inner);
            return map;
        }
        catch
        {
            inner?.Dispose();
            map?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Puts another map in place 0 of an array of maps, and returns the one that was there, which the caller disposes.
    /// When this returns no program uses that any more: the kernel waits for those that run
    /// (<c>maybe_wait_bpf_programs</c>, Linux 4.20; not for sleepable programs, which ours are not).
    /// </summary>
    internal BpfMap Exchange(BpfMap next)
    {
        var before = Inner ?? throw new InvalidOperationException($"the map '{Image.Name}' holds no map");
        Put(next);
        return before;
    }

    /// <summary>Takes the map out of place 0 and returns it, with the same promise.</summary>
    internal BpfMap TakeOut()
    {
        uint key = 0;
        var before = Inner ?? throw new InvalidOperationException($"the map '{Image.Name}' holds no map");
        BpfException.ThrowIfFailed(Native.MapDeleteElem(Handle, &key), $"take the map out of '{Image.Name}'");
        Inner = null;
        return before;
    }

    public void Dispose()
    {
        Handle.Dispose();
        Inner?.Dispose();
    }

    private static BpfMap CreateEmpty(MapImage image, uint innerFd)
    {
        var options = new MapCreateOptions
        {
            Size = (nuint)sizeof(MapCreateOptions),
            InnerMapFd = innerFd,
            MapFlags = image.Contents is null ? 0 : ReadOnlyForPrograms,
        };
        var fd = Native.MapCreate(
            image.Type, image.Name, (uint)image.KeySize, (uint)image.ValueSize, (uint)image.MaxEntries, &options);
        BpfException.ThrowIfFailed(fd, $"create the map '{image.Name}' of {image.MaxEntries} entries");
        return new BpfMap(new FileHandle(fd), image);
    }

    private void Fill(BpfMap? inner)
    {
        if (inner is not null)
        {
            Put(inner);
        }

        if (Image.Contents is { } contents)
        {
            WriteAndFreeze(contents);
        }
    }

    private void Put(BpfMap inner)
    {
        uint key = 0;
        var fd = inner.Handle.Fd;
        BpfException.ThrowIfFailed(Native.MapUpdateElem(Handle, &key, &fd, 0), $"put a map into '{Image.Name}'");
        Inner = inner;
    }

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
