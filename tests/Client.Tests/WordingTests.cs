using BpfDashboard.Client.Components;

namespace BpfDashboard.Client.Tests;

public sealed class WordingTests
{
    [Theory]
    [InlineData(0, false, "0 s")]
    [InlineData(4900, false, "4 s")]
    [InlineData(4210, true, "4.2 s")]
    [InlineData(125_000, false, "2:05 min")]
    [InlineData(3_725_000, true, "1:02:05 h")]
    [InlineData(90_000_000, true, "25:00:00 h")]
    public void Times_are_read_at_a_glance(double ms, bool isOver, string text) =>
        Assert.Equal(text, Wording.Elapsed(ms, isOver));

    [Theory]
    [InlineData(0.084, "0.08 ms")]
    [InlineData(19.4, "19 ms")]
    [InlineData(1240, "1.2 s")]
    public void Short_times_keep_their_figures(double ms, string text) => Assert.Equal(text, Wording.Milliseconds(ms));

    [Theory]
    [InlineData(59, "just now")]
    [InlineData(-3, "just now")]
    [InlineData(125, "2 min ago")]
    [InlineData(3 * 3600 + 1, "3 h ago")]
    [InlineData(25 * 3600, "1 day ago")]
    [InlineData(50 * 3600, "2 days ago")]
    public void Ages_are_told_roughly(int seconds, string text) =>
        Assert.Equal(text, Wording.Ago(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(1, "1 row")]
    [InlineData(0, "0 rows")]
    [InlineData(1200, "1,200 rows")]
    public void One_is_singular(long count, string text) => Assert.Equal(text, Wording.Count(count, "row"));
}
