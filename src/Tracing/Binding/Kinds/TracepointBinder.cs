using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary><c>t:category:event</c>: one row per tracepoint.</summary>
internal static class TracepointBinder
{
    public static void Bind(TracepointSyntax syntax, SpecInProgress spec)
    {
        if (spec.Kernel.TracepointsProblem is { } problem)
        {
            spec.Error(syntax.Span, "the kernel's tracepoints are not known", problem);
            return;
        }

        var matcher = PatternMatcher.For(syntax);
        var matches = spec.Kernel.Tracepoints.Where(tracepoint => matcher.Matches(tracepoint.Name)).ToList();
        if (matches.Count == 0)
        {
            ReportUnknown(syntax, spec);
        }
        else if (matches.All(tracepoint => tracepoint.WhyNot is not null))
        {
            spec.Error(syntax.Pattern.Span, $"'{syntax.Pattern.Text}' cannot be probed: {matches[0].WhyNot}");
        }
        else
        {
            matches.ForEach(tracepoint => Add(tracepoint, spec));
        }
    }

    private static void Add(Tracepoint tracepoint, SpecInProgress spec)
    {
        if (tracepoint.WhyNot is { } reason)
        {
            spec.Skip(tracepoint.Name, reason);
            return;
        }

        var slot = spec.AddRow(tracepoint.Name, TargetKind.Tracepoint, where: null);
        spec.AddProbe(tracepoint.Syscall is { } call
            ? new SyscallProbe(slot, call.Number, call.IsExit, tracepoint.Event, tracepoint.Id)
            : new TracepointProbe(slot, tracepoint.Category, tracepoint.Event, tracepoint.Id));
    }

    private static void ReportUnknown(TracepointSyntax syntax, SpecInProgress spec)
    {
        var pattern = syntax.Pattern;
        var category = pattern.Text.Split(':')[0];
        var categories = spec.Kernel.Tracepoints.Select(tracepoint => tracepoint.Category).Distinct().ToList();
        var isLiteral = pattern.Kind == PatternKind.Wildcard && !category.Contains('*', StringComparison.Ordinal);
        if (isLiteral && pattern.Text.Contains(':', StringComparison.Ordinal) && !categories.Contains(category))
        {
            var hint = SameEvent(pattern, spec) ?? PatternHints.DidYouMean(Suggestions.Nearest(category, categories, 3));
            spec.Error(Part(pattern, category.Length), $"unknown tracepoint category '{category}'", hint);
            return;
        }

        spec.Error(pattern.Span, PatternHints.Missing("tracepoint", pattern), Hint(syntax, category, spec));
    }

    /// <summary>The event in another category, then near events of this one, then near ones of all.</summary>
    private static string? Hint(TracepointSyntax syntax, string category, SpecInProgress spec)
    {
        var names = spec.Kernel.Tracepoints.Where(tracepoint => tracepoint.WhyNot is null).ToLookup(
            tracepoint => tracepoint.Category == category, tracepoint => tracepoint.Name);
        return SameEvent(syntax.Pattern, spec)
            ?? PatternHints.For(syntax, names[true])
            ?? PatternHints.For(syntax, names[false])
            ?? (names[true].Any() ? $"t:{category}:* means every event of the category" : null);
    }

    private static string? SameEvent(PatternSyntax pattern, SpecInProgress spec)
    {
        var name = pattern.Text[(pattern.Text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return pattern.IsExact
            ? PatternHints.DidYouMean(
                [.. spec.Kernel.Tracepoints.Where(t => t.Event == name && t.WhyNot is null).Select(t => t.Name).Take(3)])
            : null;
    }

    /// <summary>The first characters of a pattern, where no quoting makes text and source differ.</summary>
    private static TextSpan Part(PatternSyntax pattern, int length) =>
        pattern.Span.Length == pattern.Text.Length ? new TextSpan(pattern.Span.Start, length) : pattern.Span;
}
