using System.Globalization;
using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Tracing.Specs;

/// <summary>What the values of options may be, and what they mean.</summary>
public static class OptionValues
{
    /// <summary>PID_MAX_LIMIT of 64-bit kernels (4 * 1024 * 1024).</summary>
    public const int MaxPid = 4_194_304;

    /// <summary>The highest user id; the one above it means none.</summary>
    public const long MaxUser = uint.MaxValue - 1L;

    /// <summary>Most bytes of a text.</summary>
    public const int MaxStringSize = 4096;

    /// <summary>The shortest interval or duration: one tick of a recording.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.1);

    /// <summary>What <c>--by</c> can split counts by.</summary>
    public static readonly IReadOnlyList<string> Dimensions = ["thread", "cpu"];

    /// <summary>The longest interval or duration.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>The value of a parsed option whose argument is a number.</summary>
    public static int ToNumber(OptionSyntax option) =>
        int.Parse(option.Value ?? "", NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The value of a parsed option whose argument is in seconds.</summary>
    public static TimeSpan ToTime(OptionSyntax option)
    {
        var seconds = double.Parse(option.Value ?? "", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Whether the value of a parsed <c>--by</c> names this one of <see cref="Dimensions"/>.</summary>
    public static bool Splits(OptionSyntax? by, string dimension) => by?.Value?.Split(',').Contains(dimension) ?? false;

    /// <summary>What is wrong with a value, and what to do about it; null if nothing is.</summary>
    internal static (string Message, string Hint)? Check(OptionDefinition option, string value) => option switch
    {
        { Id: OptionId.Linear } => CheckLinear(value),
        { Argument: OptionArgument.Text } => value.Length > 0 ? null : ("a text is missing", $"as in {option.Flag} {Example(option)}"),
        { Id: OptionId.User } => CheckRange(value, MaxUser, "user ids go from 0 to 4294967294; 'id -u NAME' prints one"),
        { Id: OptionId.StringSize } => CheckRange(value, MaxStringSize, $"from 1 to {MaxStringSize} bytes", 1),
        { Id: OptionId.MaxEvents or OptionId.Outputs or OptionId.Top } => CheckRange(value, int.MaxValue, "from 1 on", 1),
        { Id: OptionId.BufferPages } => CheckPages(value),
        { Argument: OptionArgument.Seconds } => CheckSeconds(value),
        { Argument: OptionArgument.Dimensions } => CheckDimensions(value),
        { Id: OptionId.Pid or OptionId.Thread } => CheckPid(value),
        _ => CheckNumber(value),
    };

    /// <summary>A value that would do.</summary>
    internal static string Example(OptionDefinition option) => option.Id switch
    {
        OptionId.Pid or OptionId.Thread => "185",
        OptionId.User => "1000",
        OptionId.StringSize => "80",
        OptionId.MaxEvents => "1000",
        OptionId.Count => "'p:c:write(int fd):int:fd'",
        OptionId.Histogram => "'r::vfs_read()'",
        OptionId.Linear => "0,100,10",
        OptionId.Top => "10",
        OptionId.BufferPages => "64",
        OptionId.Cgroup => "/sys/fs/cgroup/system.slice",
        OptionId.SymbolFiles => "/lib/x86_64-linux-gnu/libc.so.6",
        OptionId.Include => "net/sock.h",
        OptionId.ThreadName or OptionId.Message => "curl",
        OptionId.By => Dimensions[0],
        _ => "1",
    };

    /// <summary>Whether a word is digits, perhaps with a sign or a point.</summary>
    internal static bool IsNumber(string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static (string, string)? CheckPid(string value)
    {
        if (!IsDigits(value.TrimStart('-')))
        {
            var hint = $"put the number of one process, as 'pidof {Placeholder(value)}' prints it";
            return (NotANumber(value, "whole number"), hint);
        }

        return TryNumber(value, out var pid) && pid is > 0 and <= MaxPid
            ? null
            : ($"no process can have the number {value}", $"process ids go from 1 to {MaxPid}");
    }

    private static (string, string)? CheckNumber(string value)
    {
        if (!IsDigits(value))
        {
            return (NotANumber(value, "whole number"), "write one whole number, 0 or more");
        }

        return TryNumber(value, out _) ? null : ($"{value} is too large", "CPUs are numbered from 0");
    }

    private static (string, string)? CheckRange(string value, long most, string hint, long least = 0) =>
        !IsDigits(value) ? (NotANumber(value, "whole number"), hint)
        : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? null
            : ($"{value} is not possible", hint);

    private static (string, string)? CheckPages(string value)
    {
        const string hint = "a power of two, as 64";
        return CheckRange(value, 1 << 20, hint, 1)
            ?? (int.IsPow2(int.Parse(value, CultureInfo.InvariantCulture)) ? null : ($"{value} is not a power of two", hint));
    }

    /// <summary>The value of a parsed <c>--linear</c>.</summary>
    internal static LinearBuckets ToBuckets(OptionSyntax option) =>
        Buckets(option.Value ?? "") ?? throw new ArgumentException($"'{option.Value}' was checked before", nameof(option));

    private static LinearBuckets? Buckets(string value)
    {
        var parts = value.Split(',');
        var numbers = parts.Select(part =>
            long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (long?)null).ToArray();
        return numbers is [{ } min, { } max, { } step] ? new LinearBuckets(min, max, step) : null;
    }

    private static (string, string)? CheckLinear(string value)
    {
        const string hint = "three whole numbers with commas: the smallest value, the one behind the largest, and the width of a bucket";
        return Buckets(value) switch
        {
            null => ($"'{value}' is not MIN,MAX,STEP", hint),
            { Step: < 1 } => ("the width of a bucket must be 1 or more", hint),
            var buckets when buckets.Min >= buckets.Max => ($"{buckets.Min} is not below {buckets.Max}", hint),
            var buckets when ((Int128)buckets.Max - buckets.Min) / buckets.Step >= LinearBuckets.Most =>
                ($"these are more than {LinearBuckets.Most} buckets", "make them wider"),
            _ => null,
        };
    }

    private static (string, string)? CheckDimensions(string value)
    {
        var wrong = value.Split(',').FirstOrDefault(word => !Dimensions.Contains(word));
        return wrong is null
            ? null
            : (wrong.Length == 0 ? "a word is missing" : $"counts cannot be split by '{wrong}'",
                $"write {string.Join(", ", Dimensions)}, or {string.Join(',', Dimensions)}");
    }

    private static (string, string)? CheckSeconds(string value)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!double.TryParse(value, style, CultureInfo.InvariantCulture, out var seconds))
        {
            return (NotANumber(value, "number"), "write seconds without a unit; fractions such as 0.5 are allowed");
        }

        return seconds < Shortest.TotalSeconds || seconds > Longest.TotalSeconds
            ? ($"{value} seconds are not possible", "from 0.1 seconds to 30 days (2592000)")
            : null;
    }

    private static string NotANumber(string value, string number) =>
        value.Length == 0 ? "a number is missing" : $"'{value}' is not a {number}";

    private static string Placeholder(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? value : "NAME";

    private static bool IsDigits(string value) => value.Length > 0 && value.All(char.IsAsciiDigit);

    private static bool TryNumber(string value, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
