using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Chooses among the names of one address the one a reader expects.</summary>
internal static class NaturalName
{
    /// <summary>
    /// First the name as typed, then those with the fewest leading underscores, of the default version, the
    /// shortest, the first in the alphabet.
    /// </summary>
    public static IOrderedEnumerable<T> Order<T>(
        IEnumerable<T> symbols, PatternSyntax pattern, Func<T, string> name, Func<T, bool> isDefaultVersion) => symbols
        .OrderBy(symbol => name(symbol) != pattern.Text)
        .ThenBy(symbol => name(symbol).Length - name(symbol).AsSpan().TrimStart('_').Length)
        .ThenBy(symbol => !isDefaultVersion(symbol))
        .ThenBy(symbol => name(symbol).Length)
        .ThenBy(name, StringComparer.Ordinal);
}
