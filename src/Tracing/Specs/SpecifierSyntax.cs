using BpfDashboard.Tracing.Expressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// What one <c>-C</c> or <c>-H</c> of argdist asks for, as <c>r:c:read(int fd):int,u64:$entry(fd),$latency:$retval &gt; 0#reads</c>.
/// </summary>
/// <param name="Probe">The place with its signature; the filter is its predicate, the expressions its values.</param>
/// <param name="IsHistogram">Whether it is a histogram (<c>-H</c>): of the last value, one for each tuple of those before.</param>
/// <param name="Types">The type of each value; empty where the values keep their own.</param>
/// <param name="Label">What the user calls it; null for nothing.</param>
/// <param name="HasOldLabel">Whether the label came behind a semicolon, as in the old documents.</param>
/// <param name="Text">The specifier as it was typed, without the label.</param>
public sealed record SpecifierSyntax(
    TextSpan Span,
    TraceProbeSyntax Probe,
    bool IsHistogram,
    IReadOnlyList<TypeSyntax> Types,
    string? Label,
    bool HasOldLabel,
    string Text)
    : ProbeSyntax(Span, Probe.Pattern)
{
    /// <summary>The expressions as they were typed, which is how BCC heads their columns.</summary>
    public IReadOnlyList<string> ValueTexts { get; init; } = [];
}
