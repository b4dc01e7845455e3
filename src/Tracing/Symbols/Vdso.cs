using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// The library that the kernel maps into every process. All 64-bit processes have the same image, so our own serves
/// for them all.
/// </summary>
internal static partial class Vdso
{
    public const string Name = "[vdso]";

    private const int MaxSize = 1 << 20;

    /// <summary>Its symbols, from our own memory.</summary>
    public static ElfModule Load()
    {
        var mapping = ProcessMaps.Parse(FileCalls.ReadProc("/proc/self/maps", 64 << 20)).Find(line => line.Name == Name);
        if (mapping.End - mapping.Start is 0 or > MaxSize)
        {
            return ElfModule.None("this kernel maps none");
        }

        try
        {
            return LoadImage(mapping.Start, (int)(mapping.End - mapping.Start));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ElfModule.None(e.Message);
        }
    }

    // libelf reads files, so the image becomes one that has no name and is gone with its handle.
    private static ElfModule LoadImage(ulong start, int size)
    {
        using var memory = File.OpenHandle("/proc/self/mem");
        var image = new byte[size];
        var length = RandomAccess.Read(memory, image, (long)start);
        using var file = new SafeFileHandle(CreateMemoryFile("vdso", 1), ownsHandle: true);
        if (file.IsInvalid)
        {
            return ElfModule.None("its image cannot be copied");
        }

        RandomAccess.Write(file, image.AsSpan(0, length), 0);
        return ElfModule.Load(FileCalls.PathOf(file), Name, _ => null);
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CreateMemoryFile(string name, uint flags);
}
