using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>
/// The kernel refused: what we were doing, the error number, the verifier's log if there is one. The message is a
/// sentence for people; <see cref="Hint"/> says what to do.
/// </summary>
public sealed class BpfException(string message, int errno = 0, string verifierLog = "", string? hint = null)
    : Exception(message)
{
    /// <summary>The kernel's error number, 0 if there was none.</summary>
    public int Errno => errno;

    /// <summary>The verifier's log, empty if the verifier had no say.</summary>
    public string VerifierLog => verifierLog;

    /// <summary>What the user can do about it, or null.</summary>
    public string? Hint => hint;

    /// <summary>The only reader of libbpf's results: negative is -errno.</summary>
    internal static int ThrowIfFailed(int result, string doing) =>
        result >= 0 ? result : throw new BpfException($"cannot {doing}: {Errors.Describe(-result)}", -result);

    /// <summary>The same for raw system calls, which return -1 and set errno.</summary>
    internal static nint ThrowIfFailed(nint result, string doing)
    {
        if (result >= 0)
        {
            return result;
        }

        var errno = Marshal.GetLastPInvokeError();
        throw new BpfException($"cannot {doing}: {Errors.Describe(errno)}", errno);
    }
}
