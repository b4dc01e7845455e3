using System.Collections.Frozen;
using System.Runtime.InteropServices;
using BpfDashboard.Tracing.Expressions.Checking;

namespace BpfDashboard.Tracing.Rows;

/// <summary>Error numbers by name.</summary>
internal static class ErrorNames
{
    /// <summary>The largest number that is an error where the kernel returns one (MAX_ERRNO).</summary>
    public const int Largest = 4095;

    /// <summary>From here on they are the kernel's own, which libc has no words for.</summary>
    private const int FirstInternal = 512;

    private static readonly FrozenDictionary<long, string> Names = MacroConstants.Values
        .Where(constant => IsError(constant.Key))
        .GroupBy(constant => constant.Value, constant => constant.Key)
        .ToFrozenDictionary(group => group.Key, group => group.First());

    /// <summary><c>ENOENT</c>, or null if no error has this number. The sign does not matter.</summary>
    public static string? Find(long number) =>
        number is 0 or < -Largest or > Largest ? null : Names.GetValueOrDefault(Math.Abs(number));

    /// <summary><c>ENOENT (No such file or directory)</c>; the number where there is no such error.</summary>
    public static string Describe(long number) => number == 0 ? "Success"
        : Find(number) is not { } name ? $"error {Int128.Abs(number)}"
        : Math.Abs(number) >= FirstInternal ? name
        : $"{name} ({Marshal.GetPInvokeErrorMessage((int)Math.Abs(number))})";

    // The name that errno(3) prefers of two is not the first of the table here.
    private static bool IsError(string name) => name.StartsWith('E') && name != "ENOTSUP"
        && !name.StartsWith("EPOLL", StringComparison.Ordinal) && !name.StartsWith("EXIT_", StringComparison.Ordinal);
}
