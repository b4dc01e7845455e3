using System.Globalization;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>A field of a tracepoint's record, as the kernel describes it.</summary>
/// <param name="Declaration">In C, with what the kernel adds: <c>__data_loc char[] name</c>.</param>
/// <param name="Offset">Bytes from the record's start.</param>
/// <param name="Size">Bytes; of a dynamic field, those that say where it lies.</param>
public sealed record TracepointField(string Declaration, int Offset, int Size, bool IsSigned)
{
    /// <summary>What its numbers mean, where the kernel says so; else null.</summary>
    public NumberWords? Words { get; init; }
}

/// <summary>Reads the file <c>format</c> of a tracepoint.</summary>
internal static partial class TracepointFormat
{
    /// <summary>
    /// The fields but those that all tracepoints have: programs find the registers in their place
    /// (perf_trace_run_bpf_submit).
    /// </summary>
    /// <param name="types">Where constants are looked up by which the format names numbers.</param>
    public static IReadOnlyList<TracepointField> Read(string text, ITypeSource types)
    {
        var words = PrintFormat.Read(text, types);
        return
        [
            .. Fields().Matches(text)
                .Select(field => new TracepointField(
                    field.Groups["declaration"].Value,
                    Number(field, "offset"),
                    Number(field, "size"),
                    field.Groups["signed"].Value == "1")
                {
                    Words = words.GetValueOrDefault(NameIn(field.Groups["declaration"].Value)),
                })
                .Where(field => !field.Declaration.Contains(" common_", StringComparison.Ordinal)),
        ];
    }

    /// <summary>The last name of a declaration: <c>unsigned long flags[2]</c>.</summary>
    private static string NameIn(string declaration) => LastName().Match(declaration).Value;

    private static int Number(Match field, string group) =>
        int.Parse(field.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\s*field:(?<declaration>[^;]+);\s*offset:(?<offset>\d{1,9});\s*size:(?<size>\d{1,9});\s*signed:(?<signed>\d);",
        RegexOptions.Multiline)]
    private static partial Regex Fields();

    [GeneratedRegex(@"[A-Za-z_]\w*(?=\s*(\[[^\]]*\]\s*)*$)")]
    private static partial Regex LastName();
}
