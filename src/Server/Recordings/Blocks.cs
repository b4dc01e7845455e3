using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// The blocks that <c>-i</c> cuts a recording into: block k holds the ticks whose middle falls into
/// [k·interval, (k+1)·interval). Without an interval there is one block, which holds everything.
/// </summary>
/// <param name="interval">Length of a block, or null.</param>
/// <param name="duration">
/// When the session ends by itself, or null. The last tick is read a little after that; it belongs to the last block
/// instead of starting one that nobody asked for.
/// </param>
public sealed class Blocks(Recording recording, TimeSpan? interval, TimeSpan? duration)
{
    /// <summary>Blocks that have begun; at least one, so that a recording without ticks has an empty block.</summary>
    public int Count => Math.Max(1, IndexOf(recording.End - 1) + 1);

    /// <summary>The ticks of block <paramref name="index"/>; an empty range if it has not begun.</summary>
    public (long From, long To) Range(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return index > LastIndex ? (recording.End, recording.End) : (FirstTick(index), FirstTick(index + 1L));
    }

    /// <summary>The fold of block <paramref name="index"/>.</summary>
    public Fold Fold(int index)
    {
        var (from, to) = Range(index);
        return recording.Fold(from, to);
    }

    private long LastIndex => (interval, duration) switch
    {
        (null, _) => 0,
        (_, null) => int.MaxValue - 1,
        ({ } length, { } whole) => Math.Max(0, (long)Math.Ceiling(whole / length) - 1),
    };

    private long FirstTick(long index) => index switch
    {
        0 => 0,
        _ when index > LastIndex => recording.End,
        _ => recording.FirstTickAt(interval.GetValueOrDefault() * index),
    };

    private int IndexOf(long tick)
    {
        if (interval is not { } length || tick < 0)
        {
            return 0;
        }

        var middle = (recording.TimeAt(tick) + recording.TimeAt(tick + 1)) / 2;
        return (int)Math.Min((long)(middle / length), LastIndex);
    }
}
