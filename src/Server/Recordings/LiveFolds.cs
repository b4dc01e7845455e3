using System.Runtime.CompilerServices;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Recordings;

/// <summary>The one live stream of a recording. A viewer pulls at its own pace; nothing is queued for it.</summary>
public static class LiveFolds
{
    /// <summary>The last stretch that a late joiner gets in fine steps.</summary>
    public static readonly TimeSpan DetailedTail = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The same where folds have stacks: enough for a rate. A minute of 100,000 series would be ten megabytes, and no
    /// view draws the seconds of each; <see cref="Timelines"/> has those of all together.
    /// </summary>
    public static readonly TimeSpan DetailedTailOfStacks = TimeSpan.FromSeconds(5);

    /// <summary>Fine steps that anyone gets, whatever they weigh.</summary>
    private const int LeastSteps = 5;

    /// <summary>Most numbers of the fine steps: of distributions' series some megabytes could move in each second.</summary>
    private const int MostOfTail = 240_000;

    /// <summary>Most numbers of a message, as far as its folds can be divided: a third of a megabyte.</summary>
    private const int MostTogether = 60_000;

    /// <summary>A frame's names are as long as so many numbers.</summary>
    private const int FrameWeight = 10;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>
    /// First the catch-up from <paramref name="cursor"/> in one array, which may be empty; then one array whenever
    /// ticks have come, holding one fold of all of them; ends when the recording is complete and all is delivered. What
    /// defines many stacks comes in several arrays, so that no browser stands still to read it all at once.
    /// </summary>
    public static async IAsyncEnumerable<Fold[]> WatchAsync(
        this Recording recording, long cursor, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var end = recording.End;
        foreach (var message in recording.Messages(recording.CatchUp(cursor, end)))
        {
            yield return message;
        }

        for (cursor = end; ; cursor = end)
        {
            await recording.WaitAsync(cursor, cancel);
            end = recording.End;
            if (end == cursor)
            {
                yield break;
            }

            foreach (var message in recording.Messages([recording.Fold(cursor, end)]))
            {
                yield return message;
            }
        }
    }

    /// <summary>
    /// Folds as they are sent: together as far as they are small, large ones in pieces. At least one message, which may be
    /// empty.
    /// </summary>
    private static IEnumerable<Fold[]> Messages(this Recording recording, Fold[] folds)
    {
        var (together, weight) = (new List<Fold>(), 0);
        foreach (var piece in folds.SelectMany(recording.InPieces))
        {
            if (together.Count > 0 && weight + Weight(piece) > MostTogether)
            {
                yield return [.. together];
                (together, weight) = ([], 0);
            }

            together.Add(piece);
            weight += Weight(piece);
        }

        yield return [.. together];
    }

    /// <summary>About how many numbers a browser has to read of a fold.</summary>
    private static int Weight(Fold fold) => fold switch
    {
        { Stacks: { } stacks } =>
            (FrameWeight * stacks.Frames.Count) + (2 * stacks.Parents.Count) + (3 * stacks.SeriesNodes.Count) + (2 * stacks.Series.Count),
        { Distributions: { } some } =>
            (FrameWeight * some.Keys.Sum(key => key.Cells.Count)) + (2 * some.SeriesKeys.Count) + (2 * some.Series.Count) + (3 * some.Sums.Count),
        _ => 0,
    };

    /// <summary>
    /// One fold for everything up to a minute before the end (5 s with stacks, and less than a minute where much moves),
    /// then one for each second: a late joiner gets the totals, and enough detail to draw the last minute.
    /// </summary>
    internal static Fold[] CatchUp(this Recording recording, long from, long end)
    {
        from = Math.Clamp(from, 0, end);
        var steps = recording.Steps(from, end);
        var (folds, weight, tail) = (new Stack<Fold>(), 0, end);
        for (var step = steps.Count - 1; step >= 0; step--)
        {
            var fold = recording.Fold(steps[step], tail);
            weight += Weight(fold);
            if (weight > MostOfTail && folds.Count >= LeastSteps)
            {
                break;
            }

            folds.Push(fold);
            tail = steps[step];
        }

        return from < tail ? [recording.Fold(from, tail), .. folds] : [.. folds];
    }

    /// <summary>Where the seconds of the tail begin.</summary>
    private static List<long> Steps(this Recording recording, long from, long end)
    {
        var detailed = recording.HasStacks ? DetailedTailOfStacks : DetailedTail;
        var steps = new List<long>();
        var tail = Math.Clamp(recording.FirstTickAt(recording.TimeAt(end) - detailed), from, end);
        while (tail < end)
        {
            steps.Add(tail);
            tail = Math.Clamp(recording.FirstTickAt(recording.TimeAt(tail) + Step), tail + 1, end);
        }

        return steps;
    }
}
