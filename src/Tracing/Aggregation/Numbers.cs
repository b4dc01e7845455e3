namespace BpfDashboard.Tracing.Aggregation;

/// <summary>Numbers things in the order in which they appear, and tells which are new.</summary>
internal sealed class Numbers<T>(int first) where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private List<T> _new = [];

    internal int Count => _numbers.Count;

    /// <summary>The number of a thing, the next free one if it is new.</summary>
    internal int Of(T thing)
    {
        if (!_numbers.TryGetValue(thing, out var number))
        {
            number = first + _numbers.Count;
            _numbers.Add(thing, number);
            _new.Add(thing);
        }

        return number;
    }

    /// <summary>The number of a thing that has one, else null.</summary>
    internal int? Find(T thing) => _numbers.TryGetValue(thing, out var number) ? number : null;

    /// <summary>The things that appeared since the call before, in order.</summary>
    internal IReadOnlyList<T> TakeNew()
    {
        var taken = _new;
        _new = [];
        return taken;
    }
}
