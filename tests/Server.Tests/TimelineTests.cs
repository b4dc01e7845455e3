using BpfDashboard.Server.Recordings;

namespace BpfDashboard.Server.Tests;

public sealed class TimelineTests
{
    [Theory]
    [InlineData(0, 10, 0, 1)]
    [InlineData(10, 10, 10, 1)]
    [InlineData(11, 10, 6, 2)]
    [InlineData(1000, 10, 8, 128)]
    [InlineData(5000, 2000, 1250, 4)]
    public void Ticks_are_merged_by_powers_of_two(int ticks, int maxPoints, int points, int step)
    {
        var line = RecordingTests.Ticking(ticks).Timeline(maxPoints);
        Assert.Equal((points, points + 1, points + 1), (line.Events.Count, line.Ticks.Count, line.Ms.Count));
        Assert.All(line.Events.SkipLast(1), events => Assert.Equal(step, events));
        Assert.Equal((0, ticks), (line.Ticks[0], line.Ticks[^1]));
        Assert.Equal(line.Ticks.Select(tick => tick * 100.0), line.Ms);
        Assert.Equal(ticks, line.Events.Sum());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2001)]
    public void Too_many_points_and_none_are_refused(int maxPoints) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordingTests.Ticking(1).Timeline(maxPoints));

    [Fact]
    public void A_time_line_agrees_with_the_folds_of_its_points()
    {
        var recording = new Recording(RandomTicks.Slots, hasStacks: true);
        Array.ForEach(new RandomTicks(5).Take(900), recording.Append);
        var line = recording.Timeline(50);
        Assert.Equal(
            line.Ticks.Zip(line.Ticks.Skip(1), (from, to) => recording.Fold(from, to).Counts.Sum()), line.Events);
        Assert.Equal(recording.TotalCount, line.Events.Sum());
    }
}
