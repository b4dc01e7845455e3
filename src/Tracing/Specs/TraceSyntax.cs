using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Formats;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// A probe of trace: a place with what is to be known there, as
/// <c>r:c:read(int fd) ((int)retval &lt; 0) "failed: %d", retval</c>.
/// </summary>
/// <param name="Place">One of the other probes, which are the same in all tools; not a profile.</param>
/// <param name="IsReturn">Where the function returns, and not where it is entered.</param>
/// <param name="Offset">Bytes from the function's start; null for its entry.</param>
/// <param name="Signature">The function's parameters; null where none are given.</param>
/// <param name="Predicate">Events for which this is 0 are left out; null for none.</param>
/// <param name="Format">What is printed of an event; null for the default.</param>
/// <param name="Values">One for each conversion of the format.</param>
public sealed record TraceProbeSyntax(
    TextSpan Span,
    ProbeSyntax Place,
    bool IsReturn,
    int? Offset,
    IReadOnlyList<ParameterSyntax>? Signature,
    ExpressionSyntax? Predicate,
    FormatSyntax? Format,
    IReadOnlyList<ExpressionSyntax> Values)
    : ProbeSyntax(Span, Place.Pattern);
