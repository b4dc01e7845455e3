using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>libbpf writes to standard error by default; what it has to say reaches us as results and logs anyway.</summary>
internal static unsafe class LibbpfMessages
{
    internal static void Silence() =>
        Native.SetPrint((nint)(delegate* unmanaged[Cdecl]<int, byte*, void*, int>)&Ignore);

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Ignore(int level, byte* format, void* arguments) => 0;
}
