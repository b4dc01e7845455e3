using BpfDashboard.Tracing.Specs;
using Xunit;

namespace BpfDashboard.Tracing.Tests.Specs;

public sealed class DiagnosticTests
{
    [Fact]
    public void A_mistake_is_marked_under_its_line() => AssertRendered(
        "kprobe:vfs_raed", 7, 8, """
        spec:1:8: error: wrong
          kprobe:vfs_raed
                 ^~~~~~~~
        hint: right

        """);

    [Fact]
    public void Only_the_line_of_the_mistake_is_shown() => AssertRendered(
        "one\r\ntwo three\r\nfour", 9, 5, """
        spec:2:5: error: wrong
          two three
              ^~~~~
        hint: right

        """);

    [Fact]
    public void A_span_over_several_lines_is_marked_to_the_end_of_the_first() => AssertRendered(
        "one two\nthree", 4, 9, """
        spec:1:5: error: wrong
          one two
              ^~~
        hint: right

        """);

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 10)]
    [InlineData(99, 1)]
    public void A_span_at_the_end_of_the_text_or_behind_it_is_marked_there(int start, int length) => AssertRendered(
        "one", start, length, """
        spec:1:4: error: wrong
          one
             ^
        hint: right

        """);

    [Fact]
    public void Tabs_are_kept_in_the_padding() => AssertRendered(
        "a\tb\tc", 4, 1, "spec:1:5: error: wrong\n  a\tb\tc\n   \t \t^\nhint: right\n");

    [Fact]
    public void Wide_characters_take_two_columns_and_marks_none() => AssertRendered(
        "漢字e\u0301😀 x字y", 8, 2, """
        spec:1:7: error: wrong
          漢字é😀 x字y
                   ^~~
        hint: right

        """.Replace("é", "e\u0301"));

    [Fact]
    public void Control_characters_do_not_reach_the_terminal() => AssertRendered(
        "a\u001b[31mb", 6, 1, "spec:1:7: error: wrong\n  a\uFFFD[31mb\n        ^\nhint: right\n");

    [Fact]
    public void Without_a_hint_there_is_no_hint_line() =>
        Assert.Equal("spec:1:1: error: wrong\n\n  ^\n", new Diagnostic(default, "wrong").Render(""));

    private static void AssertRendered(string text, int start, int length, string expected) =>
        Assert.Equal(expected, new Diagnostic(new TextSpan(start, length), "wrong", "right").Render(text));
}
