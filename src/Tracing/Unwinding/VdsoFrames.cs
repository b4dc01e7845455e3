using System.Globalization;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Symbols;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>The table of the vdso, which is an ELF file that only exists in memory.</summary>
internal static partial class VdsoFrames
{
    private static readonly Lazy<UnwindTable> Read = new(ReadOwn);

    /// <summary>The table; empty if there is no vdso.</summary>
    internal static UnwindTable Table => Read.Value;

    private static UnwindTable ReadOwn()
    {
        try
        {
            var mapping = ProcessMaps.Parse(FileCalls.ReadProc("/proc/self/maps", 64 << 20))
                .Find(line => line.Name == Vdso.Name);
            var image = new byte[mapping.End - mapping.Start];
            using var memory = File.OpenHandle("/proc/self/mem");
            using var file = new SafeFileHandle(MemfdCreate("vdso", 0), ownsHandle: true);
            if (image.Length == 0 || file.IsInvalid
                || RandomAccess.Read(memory, image, (long)mapping.Start) != image.Length)
            {
                return UnwindTable.Empty;
            }

            RandomAccess.Write(file, image, 0);
            return CallFrames.Read(string.Create(
                CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Without it, time is the only thing that is asked in code without a table.
            return UnwindTable.Empty;
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);
}
