using System.Globalization;
using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Sessions;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Rows;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Server.Recordings;

/// <summary>Which rows are wanted: those that a condition holds for, and that have a text in them.</summary>
internal static class RowConditions
{
    /// <summary>The test, null where every row is wanted; or what is wrong with the filter.</summary>
    public static (Func<Row, bool>? Test, SpecProblem? Problem) Of(string? filter, string? text, RowRecording rows)
    {
        var diagnostics = new List<Diagnostic>();
        var condition = string.IsNullOrWhiteSpace(filter) ? null
            : RowFilter.Parse(filter, rows.Renderer, rows.Clock, diagnostics);
        return diagnostics.Count > 0
            ? (null, diagnostics[0].ToProblem())
            : (Test(condition, string.IsNullOrEmpty(text) ? null : text, rows.Renderer), null);
    }

    private static Func<Row, bool>? Test(RowFilter? filter, string? text, RowRenderer renderer) => (filter, text) switch
    {
        (null, null) => null,
        ({ } condition, null) => condition.Matches,
        (null, { } wanted) => row => Has(renderer, row, wanted),
        var (condition, wanted) => row => condition.Matches(row) && Has(renderer, row, wanted),
    };

    private static bool Has(RowRenderer renderer, Row row, string text) =>
        RowRenderer.Comm(row).Contains(text, StringComparison.OrdinalIgnoreCase)
        || renderer.Function(row).Contains(text, StringComparison.OrdinalIgnoreCase)
        || row.Pid.ToString(CultureInfo.InvariantCulture).Contains(text, StringComparison.Ordinal)
        || row.Tid.ToString(CultureInfo.InvariantCulture).Contains(text, StringComparison.Ordinal)
        || renderer.Words(row).Contains(text, StringComparison.OrdinalIgnoreCase);
}
