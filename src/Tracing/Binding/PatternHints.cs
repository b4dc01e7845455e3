using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What to say of a pattern that matches nothing.</summary>
internal static class PatternHints
{
    /// <summary>What is missing: <c>unknown WHAT 'name'</c>, or of a pattern <c>no WHAT matches 'name*'</c>.</summary>
    public static string Missing(string what, PatternSyntax pattern) =>
        pattern.IsExact ? $"unknown {what} '{pattern.Text}'" : $"no {what} matches '{pattern.Text}'";

    /// <summary>The most helpful hint there is: a confusion of the two kinds of pattern, or the nearest name.</summary>
    public static string? For(ProbeSyntax probe, IEnumerable<string> names) =>
        WrongKind(probe, names) ?? (probe.Pattern.IsExact ? Suggestions.DidYouMean(probe.Pattern.Text, names) : null);

    /// <summary>"did you mean 'a' or 'b'?" of names that are known to be near; null if there are none.</summary>
    public static string? DidYouMean(IReadOnlyList<string> near) => near switch
    {
        [] => null,
        [var only] => $"did you mean '{only}'?",
        _ => $"did you mean {string.Join(", ", near.SkipLast(1).Select(name => $"'{name}'"))} or '{near[^1]}'?",
    };

    private static string? WrongKind(ProbeSyntax probe, IEnumerable<string> names)
    {
        var text = probe.Pattern.Text;
        if (probe.Pattern.Kind == PatternKind.Wildcard)
        {
            return LooksLikeRegex(text) ? "this looks like a regular expression: add -r" : null;
        }

        var wildcard = PatternMatcher.For(probe with { Pattern = probe.Pattern with { Kind = PatternKind.Wildcard } });
        return text.Contains('*', StringComparison.Ordinal) && names.Any(wildcard.Matches)
            ? "with -r a * repeats the character before it; leave out -r to use it as a wildcard"
            : null;
    }

    // Dots and dollars occur in names (tcp_ack.isra.0, C++ lambdas); these do not.
    private static bool LooksLikeRegex(string text) =>
        text.Any("^|()[]{}+?\\".Contains) || text.EndsWith('$') || text.Contains(".*", StringComparison.Ordinal);
}
