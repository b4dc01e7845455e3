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
    private const uint CloseOnExec = 1;

    /// <summary>Its symbols, from our own memory.</summary>
    public static ElfModule Load()
    {
        using var image = CopyImage();
        return image is null
            ? ElfModule.None("this kernel maps none that can be copied")
            : ElfModule.Load(FileCalls.PathOf(image), Name, _ => null);
    }

    /// <summary>
    /// Our own image as a file without a name, which is gone with its handle: libelf reads files. Null if there is none.
    /// </summary>
    public static SafeFileHandle? CopyImage()
    {
        try
        {
            var mapping = ProcessMaps.Parse(FileCalls.ReadProc("/proc/self/maps", 64 << 20)).Find(line => line.Name == Name);
            var image = new byte[Math.Min(mapping.End - mapping.Start, MaxSize)];
            using var memory = File.OpenHandle("/proc/self/mem");
            var length = RandomAccess.Read(memory, image, (long)mapping.Start);
            var file = new SafeFileHandle(CreateMemoryFile("vdso", CloseOnExec), ownsHandle: true);
            if (length == 0 || file.IsInvalid)
            {
                file.Dispose();
                return null;
            }

            RandomAccess.Write(file, image.AsSpan(0, length), 0);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
