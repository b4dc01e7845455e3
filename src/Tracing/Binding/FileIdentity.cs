using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Which file a path names at this moment, and which version of it: what was read from it stays true while this
/// stays equal.
/// </summary>
internal readonly partial record struct FileIdentity(
    ulong Device, ulong Inode, ulong Size, long Seconds, uint Nanoseconds, ushort Mode)
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7ff;

    /// <summary>Whether it is an ordinary file (not a folder, pipe or device).</summary>
    public bool IsRegular => (Mode & 0xf000) == 0x8000;

    /// <summary>Whether someone may execute it.</summary>
    public bool IsExecutable => IsRegular && (Mode & 0x49) != 0;

    /// <summary>The file a path leads to, symbolic links followed; null if there is none we may see.</summary>
    public static FileIdentity? Of(string path) => Ask(path) is { } stat
        ? new FileIdentity(((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor, stat.Inode, stat.Size,
            stat.ModifiedSeconds, stat.ModifiedNanoseconds, stat.Mode)
        : null;

    /// <summary>The user id of the owner of what a path leads to; null if there is nothing we may see.</summary>
    public static uint? OwnerOf(string path) => Ask(path)?.Owner;

    private static StatxResult? Ask(string path) =>
        !path.Contains('\0', StringComparison.Ordinal) && Statx(CurrentFolder, path, 0, BasicStats, out var stat) == 0
            ? stat
            : null;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out StatxResult result);

    /// <summary>The kernel's <c>struct statx</c>, 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxResult
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(20)] public uint Owner;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
