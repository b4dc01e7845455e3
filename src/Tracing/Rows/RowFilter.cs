using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Rows;

/// <summary>
/// A condition over the columns of a session's rows, in the syntax of trace's predicates:
/// <c>comm == "curl" &amp;&amp; sk_dport == 443</c>. Numbers are in the host's byte order, <c>time</c> is session time in
/// milliseconds. A comparison with what a row has not, or what could not be read, is false.
/// </summary>
public sealed class RowFilter
{
    /// <summary>Longest filter, in UTF-16 units.</summary>
    public const int MaxLength = ExpressionParser.MaxLength;

    private readonly FilterNode condition;

    private RowFilter(FilterNode condition) => this.condition = condition;

    /// <summary>Reads a filter; null after a diagnostic, whose span lies in the text.</summary>
    public static RowFilter? Parse(string text, RowRenderer renderer, RowClock clock, List<Diagnostic> diagnostics)
    {
        var found = diagnostics.Count;
        if (ExpressionParser.Parse(text, diagnostics) is not { } syntax)
        {
            return null;
        }

        var condition = new FilterCompiler(renderer, clock, diagnostics).Compile(syntax);
        return condition is null || diagnostics.Count > found ? null : new RowFilter(condition);
    }

    /// <summary>Whether the row is one of those that are wanted.</summary>
    public bool Matches(Row row) => condition.IsTrue(row);
}
