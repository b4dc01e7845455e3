namespace BpfDashboard.Tracing.Cpu;

/// <summary>What the file formats of this CPU look like. A port to another CPU begins in this folder.</summary>
internal static class HostCpu
{
    public const string Name = "x86-64";

    /// <summary><c>EM_X86_64</c>.</summary>
    public const ushort ElfMachine = 62;

    /// <summary>
    /// Flags of native libraries in <c>/etc/ld.so.cache</c>: <c>FLAG_ELF_LIBC6 | FLAG_X8664_LIB64</c>. i386 libraries
    /// have 0x0003 and x32 ones 0x0803.
    /// </summary>
    public const int LdCacheFlags = 0x0303;

    /// <summary>Where libraries live when there is no <c>/etc/ld.so.cache</c> to ask.</summary>
    public static readonly string[] LibraryFolders =
    [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
        "/usr/local/lib",
    ];
}
