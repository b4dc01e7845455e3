using System.Globalization;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Rows;

/// <summary>Numbers whose type says nothing, but whose name tells what they mean: flags of open, address families, times.</summary>
internal static class KnownNumbers
{
    private const long AccessMode = 3;

    private static readonly string[] AccessModes = ["O_RDONLY", "O_WRONLY", "O_RDWR"];

    /// <summary>Flags of open(2), those of several bits first.</summary>
    private static readonly (string Name, long Value)[] OpenFlags = Values(
        "O_TMPFILE", "O_SYNC", "O_CREAT", "O_EXCL", "O_NOCTTY", "O_TRUNC", "O_APPEND", "O_NONBLOCK", "O_DSYNC", "O_ASYNC",
        "O_DIRECT", "O_LARGEFILE", "O_DIRECTORY", "O_NOFOLLOW", "O_NOATIME", "O_CLOEXEC", "O_PATH");

    private static readonly (string Name, long Value)[] Families = Values(
        "AF_UNSPEC", "AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET");

    /// <summary>What makes words of a value; null where only the number is known.</summary>
    /// <param name="place">The function or event.</param>
    /// <param name="label">The parameter's name, or the expression.</param>
    public static Func<long, ShownValue?>? For(string place, string label) =>
        label == "$latency" ? Time
        : place.Contains("open", StringComparison.Ordinal) && label.EndsWith("flags", StringComparison.Ordinal) ? Open
        : label.EndsWith("family", StringComparison.Ordinal) ? Family
        : null;

    private static ShownValue? Open(long flags)
    {
        var rest = flags & ~AccessMode;
        var names = new List<string>();
        foreach (var (name, value) in OpenFlags)
        {
            if ((rest & value) == value)
            {
                names.Add(name);
                rest &= ~value;
            }
        }

        return rest == 0 && (flags & AccessMode) != AccessMode
            ? new(string.Join('|', names.Prepend(AccessModes[flags & AccessMode])), $"{flags}")
            : null;
    }

    private static ShownValue? Family(long family) =>
        Families.FirstOrDefault(known => known.Value == family).Name is { } name ? new(name, $"{family}") : null;

    private static ShownValue? Time(long nanoseconds)
    {
        var (divisor, unit, digits) = nanoseconds switch
        {
            < 1_000 => (1.0, "ns", "0"),
            < 1_000_000 => (1e3, "µs", "0.0"),
            < 1_000_000_000 => (1e6, "ms", "0.0"),
            _ => (1e9, "s", "0.00"),
        };
        return new($"{(nanoseconds / divisor).ToString(digits, CultureInfo.InvariantCulture)} {unit}", $"{nanoseconds}");
    }

    private static (string Name, long Value)[] Values(params string[] names) =>
        [.. names.Select(name => (name, Constants.Find(name, CoreTypes.Instance)!.Value.Value))]; // all are in the table
}
