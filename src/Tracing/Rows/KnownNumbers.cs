using System.Globalization;

namespace BpfDashboard.Tracing.Rows;

/// <summary>Numbers that are no times by their type, but by their name.</summary>
internal static class KnownNumbers
{
    /// <summary>What makes words of a value; null where only the number is known.</summary>
    /// <param name="label">The expression.</param>
    public static Func<long, ShownValue?>? For(string label) => label == "$latency" ? Time : null;

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
}
