namespace BpfDashboard.Tracing.Binding;

/// <summary>The kernel's notation of sets of CPUs: <c>0-3,8,10-11</c>.</summary>
internal static class CpuList
{
    /// <summary>The number of CPUs in the set: a per-CPU value has so many parts. 1 if it is no set.</summary>
    public static int Count(string text) =>
        Math.Max(1, text.Trim().Split(',').Sum(range => range.Split('-') switch
        {
            [var only] when int.TryParse(only, out _) => 1,
            [var first, var last] when int.TryParse(first, out var from) && int.TryParse(last, out var to) =>
                to - from + 1,
            _ => 0,
        }));

    /// <summary>The CPUs in the set, in its order; what is no number or range is left out.</summary>
    public static IEnumerable<int> Parse(string text) =>
        text.Trim().Split(',').SelectMany(range => range.Split('-') switch
        {
            [var only] when int.TryParse(only, out var cpu) => [cpu],
            [var first, var last] when int.TryParse(first, out var from) && int.TryParse(last, out var to) && to >= from =>
                Enumerable.Range(from, to - from + 1),
            _ => Enumerable.Empty<int>(),
        });
}
