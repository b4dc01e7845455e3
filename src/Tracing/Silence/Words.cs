namespace BpfDashboard.Tracing.Silence;

/// <summary>How numbers and names stand in a sentence.</summary>
internal static class Words
{
    private const int MaxPath = 120;

    /// <summary>A path, its middle left out where it is too long to read.</summary>
    public static string Short(string path) =>
        path.Length <= MaxPath ? path : $"{path[..(MaxPath / 2)]}…{path[^(MaxPath / 2)..]}";

    /// <summary>"1 call", "2 calls".</summary>
    public static string Count(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>"a", "a and b", "a, b and 3 others".</summary>
    public static string List(IReadOnlyList<string> names, int most = 4) => names.Count switch
    {
        0 => "",
        1 => names[0],
        _ when names.Count <= most => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
        _ => $"{string.Join(", ", names.Take(most - 1))} and {names.Count - most + 1} others",
    };
}
