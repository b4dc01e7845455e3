namespace BpfDashboard.Tracing.Specs;

/// <summary>Finds what the user may have meant.</summary>
public static class Suggestions
{
    private const int ShortestName = 3;

    /// <summary>
    /// At most <paramref name="count"/> of <paramref name="names"/>, nearest first; none that are not near. Near is
    /// a few typing mistakes, or the same words with others between them: <c>sched_fork</c>,
    /// <c>sched_process_fork</c>. Nothing is near a name of one or two letters.
    /// </summary>
    public static IReadOnlyList<string> Nearest(string wrong, IEnumerable<string> names, int count)
    {
        if (wrong.Length < ShortestName)
        {
            return [];
        }

        var distance = new NameDistance(wrong);
        return [.. names
            .Select(name => (Name: name, Cost: distance.To(name)))
            .Where(candidate => candidate.Cost is not null)
            .OrderBy(candidate => candidate.Cost)
            .ThenByDescending(candidate => CommonPrefix(wrong, candidate.Name))
            .ThenBy(candidate => candidate.Name.Length)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .Distinct()
            .Take(count)];
    }

    /// <summary>"did you mean 'a', 'b' or 'c'?" of the nearest names, or null if none is near.</summary>
    public static string? DidYouMean(string wrong, IEnumerable<string> names, int count = 1)
    {
        var nearest = Nearest(wrong, names, count).Select(name => $"'{name}'").ToList();
        return nearest.Count switch
        {
            0 => null,
            1 => $"did you mean {nearest[0]}?",
            _ => $"did you mean {string.Join(", ", nearest[..^1])} or {nearest[^1]}?",
        };
    }

    private static int CommonPrefix(string a, string b) => a.AsSpan().CommonPrefixLength(b);
}
