namespace BpfDashboard.Tracing.Binding;

/// <summary>Names in a sentence.</summary>
internal static class NameList
{
    /// <summary>The first names, and how many more there are: <c>a, b, c and 12 more</c>.</summary>
    public static string Print(IEnumerable<string> names, int shown = 4)
    {
        var all = names.ToList();
        var first = string.Join(", ", all.Take(shown));
        return all.Count > shown ? $"{first} and {all.Count - shown} more" : first;
    }
}
