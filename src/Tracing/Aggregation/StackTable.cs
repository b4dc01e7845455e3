using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Aggregation;

/// <summary>
/// From announced stacks and counts by key to series and what changed in them. Pure but for the symbolizer it asks.
/// A count may come before its announcement; it waits for it.
/// </summary>
/// <param name="tree">Names and numbers what the stacks consist of.</param>
internal sealed class StackTable(StackTree tree)
{
    private readonly Dictionary<StackKey, KnownStack> _known = [];
    private readonly Dictionary<StackKey, long> _waiting = [];
    private readonly SortedDictionary<int, long> _grown = [];

    /// <summary>Keys that are remembered: at most those of two maps of counts.</summary>
    internal int KnownCount => _known.Count;

    /// <summary>Events whose stacks have not been announced yet.</summary>
    internal long Waiting => _waiting.Values.Sum();

    /// <summary>
    /// Takes a new stack. Equal keys may come again, from two CPUs at once or after the map was exchanged.
    /// </summary>
    /// <param name="generation">Of the map of counts, see <see cref="Forget"/>.</param>
    internal void Announce(RawStack stack, int generation)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, stack.Key, out var exists);
        known = new KnownStack(exists ? known.Series : tree.Resolve(stack), generation);
        if (_waiting.Remove(stack.Key, out var count))
        {
            Grow(known.Series, count);
        }
    }

    /// <summary>Adds events to a stack.</summary>
    internal void Add(StackKey key, long count)
    {
        if (_known.TryGetValue(key, out var stack))
        {
            Grow(stack.Series, count);
        }
        else
        {
            _waiting[key] = _waiting.GetValueOrDefault(key) + count;
        }
    }

    /// <summary>
    /// Forgets stacks that were last announced before this generation: the new map of counts does not have them, so they
    /// are announced again when they are hit again. Keeps memory bounded where processes come and go.
    /// </summary>
    internal void Forget(int before)
    {
        foreach (var (key, stack) in _known)
        {
            if (stack.Generation < before)
            {
                _known.Remove(key);
            }
        }
    }

    /// <summary>What changed since the call before.</summary>
    internal StackChanges TakeChanges()
    {
        var counts = _grown.Select(series => new CountDelta(series.Key, series.Value)).ToList();
        _grown.Clear();
        return tree.TakeNew(counts);
    }

    private void Grow(int series, long count) => _grown[series] = _grown.GetValueOrDefault(series) + count;

    private readonly record struct KnownStack(int Series, int Generation);
}
