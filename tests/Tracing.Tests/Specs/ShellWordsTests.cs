using BpfDashboard.Tracing.Specs;
using Xunit;

namespace BpfDashboard.Tracing.Tests.Specs;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("a b\tc", "a|b|c")]
    [InlineData("'a b' \"c d\"", "a b|c d")]
    [InlineData("a'b'\"c\"\\d", "abcd")]
    [InlineData("'' \"\"", "|")]
    [InlineData(@"'\n' ""\n \"" \\ \$x \`""", @"\n|\n "" \ $x `")]
    [InlineData("a\\ b", "a b")]
    [InlineData("a\\\nb", "ab")]
    [InlineData("a \\\r\n b", "a|b")]
    [InlineData("a\\\n> b", "ab")]
    [InlineData("\"a\\\nb\"", "ab")]
    [InlineData("a #b 'c", "a")]
    [InlineData("a#b", "a#b")]
    [InlineData("a{b,c}* [d]?", "a{b,c}*|[d]?")]
    [InlineData("a$ $ \"$\"", "a$|$|$")]
    [InlineData("a\\", "a\\")]
    [InlineData("\n a \n\n# done\n", "a")]
    [InlineData("", null)]
    [InlineData("# nothing", null)]
    public void Words_are_split_as_a_shell_splits_them(string text, string? words)
    {
        var diagnostics = new List<Diagnostic>();
        var split = ShellWords.Split(text, 0, diagnostics).Select(word => word.Text);
        Assert.Equal(words?.Split('|') ?? [], split);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void A_part_of_a_word_is_found_where_it_was_typed()
    {
        const string text = @"x ""c:""'s tr'\*""\""""";
        var word = ShellWords.Split(text, 0, [])[1];

        Assert.Equal("c:s tr*\"", word.Text);
        Assert.Equal("\"c:\"'s tr'\\*\"\\\"\"", Typed(word.Span));
        Assert.Equal("c:", Typed(word.SpanOf(0, 2)));
        Assert.Equal(":\"'s", Typed(word.SpanOf(1, 3)));
        Assert.Equal(@"tr'\*""\""", Typed(word.SpanFrom(4)));
        Assert.Equal(new TextSpan(text.IndexOf("tr", StringComparison.Ordinal), 0), word.SpanOf(4, 4));
        Assert.Equal(new TextSpan(text.Length - 1, 0), word.SpanFrom(8));

        string Typed(TextSpan span) => text.Substring(span.Start, span.Length);
    }

    [Fact]
    public void Every_misplaced_character_of_a_shell_is_reported_once()
    {
        var diagnostics = new List<Diagnostic>();
        ShellWords.Split("$A `b` 'c' (d|e) f|g h | i | j", 0, diagnostics);
        Assert.Equal([0, 3, 11, 18, 23], diagnostics.Select(diagnostic => diagnostic.Span.Start));
    }
}
