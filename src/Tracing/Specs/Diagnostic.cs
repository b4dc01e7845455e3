namespace BpfDashboard.Tracing.Specs;

/// <summary>A mistake in a command: what is wrong, where, and what to do about it.</summary>
public sealed record Diagnostic(TextSpan Span, string Message, string? Hint = null)
{
    /// <summary>
    /// The mistake as a compiler shows it: <c>spec:LINE:COLUMN: error: …</c>, the line with carets under the span,
    /// and the hint; lines end in <c>\n</c>. Lines and columns count from 1, columns in characters as seen.
    /// </summary>
    /// <param name="text">The text the span lies in.</param>
    public string Render(string text) => CaretRenderer.Render(this, text);
}
