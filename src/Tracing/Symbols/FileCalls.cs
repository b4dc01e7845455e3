using System.Runtime.InteropServices;
using System.Text;
using BpfDashboard.Tracing.Binding;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Handles that stand for a file or folder without opening it (O_PATH): they cost no access, wait for no pipe, and
/// keep what they stand for in existence after it was deleted, or after the process that lent it has ended.
/// </summary>
internal static unsafe partial class FileCalls
{
    private const int CurrentFolder = -100;
    private const ulong PathOnly = 0x200000, CloseOnExec = 0x80000;

    /// <summary>Our own root folder.</summary>
    public static SafeFileHandle? OwnRoot { get; } = Hold("/");

    /// <summary>What to give to functions that want a path, to open, list or ask what a handle stands for.</summary>
    public static string PathOf(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

    /// <summary>A handle for what a path leads to, or null.</summary>
    public static SafeFileHandle? Hold(string path) => Call(CurrentFolder, path, default);

    /// <summary>
    /// A handle for what a path leads to within a root, as the processes there see it: symbolic links are followed
    /// from that root and never lead out of it. Null if there is none, or before Linux 5.6.
    /// </summary>
    /// <param name="followsLast">False: a symbolic link at the end of the path is itself what the handle stands for.</param>
    public static SafeFileHandle? HoldIn(SafeFileHandle root, string path, bool followsLast = true)
    {
        const ulong noFollow = 0x20000, noMagicLinks = 2, inRoot = 16;
        return Call((int)root.DangerousGetHandle(), path, new OpenHow
        {
            Flags = followsLast ? 0 : noFollow,
            Resolve = noMagicLinks | inRoot,
        });
    }

    public static FileIdentity? IdentityOf(SafeFileHandle handle) => FileIdentity.Of(PathOf(handle));

    /// <summary>What a symbolic link says, which need not exist; null if it is none, or if we may not look.</summary>
    public static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// All bytes of a file of /proc, up to a limit; empty if it cannot be read, because the process has ended or
    /// because we may not.
    /// </summary>
    public static byte[] ReadProc(string path, int limit)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var content = new byte[Math.Min(limit, 1 << 14)];
            for (var length = 0; ;)
            {
                var read = RandomAccess.Read(file, content.AsSpan(length), length);
                length += read;
                if (read == 0 || length == limit)
                {
                    return content[..length];
                }

                if (length == content.Length)
                {
                    Array.Resize(ref content, (int)Math.Min(limit, 4L * length));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static SafeFileHandle? Call(int folder, string path, OpenHow how)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        how.Flags |= PathOnly | CloseOnExec;

        // openat2(2), which glibc has no function for. The structure and the name outlive the call.
        const int openat2 = 437;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var fd = OpenAt2(openat2, folder, name, &how, (nuint)sizeof(OpenHow));
            return fd < 0 ? null : new SafeFileHandle((nint)fd, ownsHandle: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint OpenAt2(nint number, nint folder, byte* path, OpenHow* how, nuint size);

    /// <summary><c>struct open_how</c>.</summary>
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
