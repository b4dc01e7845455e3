using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Server.Recordings;

/// <summary>
/// The folds of the last single ticks. Viewers who keep up all ask for the same one at the same moment: they get the
/// same object, and so it is summed once and serialised once (<see cref="FoldJsonConverter"/>).
/// </summary>
internal sealed class RecentFolds
{
    private readonly Lock gate = new();
    private readonly Fold?[] folds = new Fold?[8];

    /// <summary>The fold of tick <paramref name="tick"/>, made by <paramref name="make"/> if it is not there.</summary>
    public Fold Get(long tick, Func<long, long, Fold> make)
    {
        lock (gate)
        {
            var place = tick % folds.Length;
            if (folds[place] is { } fold && fold.From == tick)
            {
                return fold;
            }

            return folds[place] = make(tick, tick + 1);
        }
    }
}
