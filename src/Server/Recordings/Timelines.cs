using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Recordings;

/// <summary>Recordings as events over time.</summary>
public static class Timelines
{
    /// <summary>The most points that may be asked for.</summary>
    public const int MaxPoints = 2000;

    /// <summary>
    /// The whole recording in at most <paramref name="maxPoints"/> points. All hold the same number of ticks, but the
    /// last: a power of two, so that points stay what they are while a session grows, until pairs of them are merged.
    /// Takes as long as there are points, however long the recording is.
    /// </summary>
    public static Timeline Timeline(this Recording recording, int maxPoints)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPoints, MaxPoints);
        var end = recording.End;
        var step = 1L;
        while (end > maxPoints * step)
        {
            step *= 2;
        }

        var points = (int)((end + step - 1) / step);
        var edges = Enumerable.Range(0, points + 1).Select(point => Math.Min(point * step, end)).ToArray();
        return new Timeline(
            edges,
            [.. edges.Select(edge => recording.TimeAt(edge).TotalMilliseconds)],
            [.. edges.Zip(edges.Skip(1), (from, to) => recording.EventsAt(to) - recording.EventsAt(from))]);
    }
}
