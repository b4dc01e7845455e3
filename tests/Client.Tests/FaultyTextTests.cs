using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Tests;

public sealed class FaultyTextTests
{
    [Theory]
    [InlineData("c:strlenn", 2, 7, "  ^~~~~~~")]
    [InlineData("c:", 2, 0, "  ^")]
    [InlineData("x", 0, 1, "^")]
    [InlineData("-i\tx", 3, 1, "  \t^")]
    [InlineData("short", 3, 99, "   ^~")]
    [InlineData("short", 99, 1, "     ^")]
    [InlineData("short", -4, 2, "^~")]
    public void The_caret_stands_under_the_fault(string text, int start, int length, string caretLine)
    {
        var cut = FaultyText.Cut(text, new SpecProblem(start, length, "", null));
        Assert.Equal(caretLine, cut.CaretLine);
        Assert.Equal(text, cut.Before + cut.Fault + cut.After);
    }

    [Theory]
    [InlineData("did you mean 'strlen'?", "c:strlen -d 1")]
    [InlineData("Did you mean `strlen`?", "c:strlen -d 1")]
    [InlineData("did you mean strlen?", "c:strlen -d 1")]
    [InlineData("did you mean 'strlen', 'strnlen' or 'strlcpy'?", "c:strlen -d 1")]
    [InlineData("did you mean 'sched:sched_fork'?", "c:sched:sched_fork -d 1")]
    [InlineData("Use tracepoints instead.", null)]
    [InlineData(null, null)]
    public void A_suggested_name_takes_the_place_of_the_fault(string? hint, string? corrected) =>
        Assert.Equal(corrected, FaultyText.Apply("c:strlenn -d 1", new SpecProblem(2, 7, "", hint)));
}
