using BpfDashboard.Tracing.Binding;
using Microsoft.Win32.SafeHandles;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Follows the <c>perf-PID.map</c> of a process as it grows. The file belongs to the traced process, or to whoever was
/// first to put it there: it may be huge, a pipe, a link to a secret, or another user's.
/// </summary>
/// <param name="path">In the process's root.</param>
/// <param name="root">The process's root; null if it is ours.</param>
/// <param name="status">Of the process; the file must be its user's, or root's, as perf demands.</param>
/// <param name="notBefore">
/// When the process started, in seconds since 1970. What was last written before is left over from another process
/// that had the same id.
/// </param>
internal sealed class JitMapFile(string path, SafeFileHandle? root, ProcStatus status, long notBefore)
{
    /// <summary>The part of the file behind this is not read.</summary>
    public const long MaxLength = 64 << 20;

    private (ulong Device, ulong Inode) file;
    private long readTo;

    public string Path { get; } = path;

    public JitMap Map { get; private set; } = JitMap.Empty;

    /// <summary>Why there are no functions; null if there are some.</summary>
    public string? Problem { get; private set; } = "it was not read yet";

    /// <summary>Reads what was appended, if anything was; false if nothing new is known.</summary>
    public bool Update()
    {
        using var held = (root ?? FileCalls.OwnRoot) is { } from ? FileCalls.HoldIn(from, Path, followsLast: false) : null;
        Problem = held is null ? "the runtime has written none" : WhyNot(held);
        if (held is null || Problem is not null || FileCalls.IdentityOf(held) is not { } identity)
        {
            return false;
        }

        if (file != (identity.Device, identity.Inode) || (long)identity.Size < readTo)
        {
            (file, readTo, Map) = ((identity.Device, identity.Inode), 0, JitMap.Empty);
        }

        return (long)identity.Size > readTo && Append(FileCalls.PathOf(held), Math.Min((long)identity.Size, MaxLength));
    }

    private string? WhyNot(SafeFileHandle held)
    {
        var owner = FileIdentity.OwnerOf(FileCalls.PathOf(held));
        return FileCalls.IdentityOf(held) switch
        {
            not { IsRegular: true } => "it is not an ordinary file",
            _ when owner != 0 && owner != status.EffectiveUser && owner != status.RealUser =>
                "it belongs to another user than the process",
            { Seconds: var written } when written < notBefore => "it is left over from an earlier process with this id",
            _ => null,
        };
    }

    private bool Append(string opened, long end)
    {
        try
        {
            using var handle = File.OpenHandle(opened, share: FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[end - readTo];
            var length = 0;
            for (int read; length < bytes.Length; length += read)
            {
                read = RandomAccess.Read(handle, bytes.AsSpan(length), readTo + length);
                if (read == 0)
                {
                    break;
                }
            }

            // The runtime may be in the middle of a line.
            var lines = bytes.AsSpan(0, bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1);
            readTo += lines.Length;
            Map = Map.With(lines);
            return lines.Length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
            return false;
        }
    }
}
