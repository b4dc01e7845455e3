using System.Globalization;

namespace BpfDashboard.Tracing.Unwinding;

/// <summary>An executable mapping of a file, or of the vdso, in a process.</summary>
internal readonly record struct ExecutableMapping(ulong Start, ulong End, ulong FileOffset, string Path)
{
    internal const string Vdso = "[vdso]";

    /// <summary>
    /// What leads to the mapped file itself, though it was replaced, deleted, or lies in another mount namespace
    /// (that takes CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE); else its name in the process's own root.
    /// </summary>
    internal IEnumerable<string> Files(int pid) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/map_files/{Start:x}-{End:x}"),
        string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root{Path}"),
    ];

    /// <summary>Those of a process by ascending address; none if it has ended or may not be read.</summary>
    internal static List<ExecutableMapping> Of(int pid)
    {
        try
        {
            return [.. File.ReadLines($"/proc/{pid}/maps").Select(Parse).OfType<ExecutableMapping>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// One line: <c>7f0e1c028000-7f0e1c17e000 r-xp 00026000 fe:00 2886  /usr/lib/libc.so.6</c>. Null for what is not
    /// executable, has no file, or is not understood.
    /// </summary>
    internal static ExecutableMapping? Parse(string line)
    {
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6 || !parts[1].Contains('x', StringComparison.Ordinal))
        {
            return null;
        }

        var path = parts[5].TrimStart();
        var dash = parts[0].IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && path.StartsWith('/') | path == Vdso
            && Hex(parts[0].AsSpan(0, dash), out var start) && Hex(parts[0].AsSpan(dash + 1), out var end)
            && Hex(parts[2], out var offset) && start < end
                ? new ExecutableMapping(start, end, offset, path)
                : null;
    }

    private static bool Hex(ReadOnlySpan<char> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
