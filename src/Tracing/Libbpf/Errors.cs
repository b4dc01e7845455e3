using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>Error numbers in words. The kernel has some that libc does not know.</summary>
internal static class Errors
{
    internal const int NoPermission = 1;
    internal const int NoEntry = 2;
    internal const int TooBig = 7;
    internal const int NoMemory = 12;
    internal const int Access = 13;
    internal const int Busy = 16;
    internal const int Exists = 17;
    internal const int Invalid = 22;
    internal const int NoSpace = 28;
    internal const int IllegalSequence = 84;
    internal const int OperationNotSupported = 95;

    /// <summary>EADDRNOTAVAIL, which the kernel says of a name that several functions have.</summary>
    internal const int NotUnique = 99;

    /// <summary>ENOTSUPP, internal to the kernel, but it gets out.</summary>
    internal const int NotSupported = 524;

    /// <summary>"Invalid argument (EINVAL)"; for attaching, what it means there.</summary>
    internal static string Describe(int errno) => errno switch
    {
        NotSupported => "not supported by the kernel (ENOTSUPP)",
        IllegalSequence => "not an instruction boundary (EILSEQ)",
        NoPermission => "not permitted (EPERM)",
        OperationNotSupported => "not supported by this kernel (EOPNOTSUPP)",
        _ => LibcText(errno),
    };

    /// <summary>Why a place could not be probed.</summary>
    internal static string DescribeAttach(int errno) => errno switch
    {
        NotSupported => "the kernel cannot step over the instruction there",
        IllegalSequence => "no instruction begins there",
        NoEntry => "the kernel knows no such place",
        Busy => "the place is in use, by a live patch perhaps",
        Access or NoPermission => $"the kernel does not permit it ({(errno == Access ? "EACCES" : "EPERM")})",
        _ => LibcText(errno),
    };

    private static unsafe string LibcText(int errno)
    {
        // strerror's buffer stays valid until the next call on this thread; it is copied at once.
        var text = Marshal.PtrToStringUTF8((nint)Native.StrError(errno));
        return $"{text} (errno {errno})";
    }
}
