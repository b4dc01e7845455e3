using System.Globalization;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Api;

/// <summary>
/// A command as fields, for programs that would rather not quote. It becomes the text a person would have typed, and
/// goes the same way from there.
/// </summary>
/// <param name="Tool">Such as <c>funccount</c>.</param>
/// <param name="Probe">Such as <c>c:str*</c>.</param>
public sealed record StructuredCommand(string? Tool, string? Probe, StructuredOptions? Options)
{
    /// <summary>The command line, quoted as for a shell.</summary>
    public string ToText() => string.Join(' ', Words().Select(CommandPrinter.Quote));

    private IEnumerable<string> Words() =>
        [Tool ?? "", .. Options?.Words() ?? [], .. ProbeWords()];

    /// <summary>A probe that begins with a dash is not to be read as an option.</summary>
    private string[] ProbeWords() => Probe switch { null => [], ['-', ..] => ["--", Probe], _ => [Probe] };
}

/// <summary>The options of a <see cref="StructuredCommand"/>; times in seconds.</summary>
public sealed record StructuredOptions(
    int? Pid = null, double? Interval = null, double? Duration = null, bool Timestamp = false, bool Regexp = false, int? Cpu = null)
{
    /// <summary>The options as words of a command line.</summary>
    internal IEnumerable<string> Words() =>
    [
        .. Pair("-p", Pid), .. Pair("-i", Interval), .. Pair("-d", Duration), .. Pair("-c", Cpu),
        .. Flag("-T", Timestamp), .. Flag("-r", Regexp),
    ];

    private static string[] Pair(string flag, IFormattable? value) =>
        value is null ? [] : [flag, value.ToString(null, CultureInfo.InvariantCulture)];

    private static string[] Flag(string flag, bool given) => given ? [flag] : [];
}
