using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Expressions;

public sealed class ExpressionParserTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    /// <summary>Each line of a case is an expression; what comes of it is its tree, printed in two ways, or the mistake.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_expression_gives_the_tree_or_the_message_of_its_case_file(string name) =>
        Golden.Check(name, lines => string.Concat(lines.Split('\n').Select(Render)));

    [Fact]
    public void Spans_lie_in_the_text_that_was_typed_also_behind_quotes_of_a_shell()
    {
        const string text = """
            'sk->sk_num + '"'a'"
            """;
        var diagnostics = new List<Diagnostic>();
        var word = Assert.Single(ShellWords.Split(text, 0, diagnostics));
        var tree = Assert.IsType<BinarySyntax>(ExpressionParser.Parse(SourceText.Of(word), diagnostics));
        Assert.Empty(diagnostics);
        Assert.Equal("sk->sk_num", text.Substring(tree.Left.Span.Start, tree.Left.Span.Length));
        Assert.Equal("'a'", text.Substring(tree.Right.Span.Start, tree.Right.Span.Length));
    }

    public static TheoryData<string> Hostile =>
    [
        new string('(', 1 << 20), new string('(', 10_000), new string('(', 4000), new string('-', 4000).Replace("-", "- "),
        string.Concat(Enumerable.Repeat("a?", 2000)), string.Concat(Enumerable.Repeat("a?b:", 1000)) + "c",
        string.Concat(Enumerable.Repeat("1+", 2000)) + "1", string.Concat(Enumerable.Repeat("f(", 2000)),
        string.Concat(Enumerable.Repeat("(int)", 800)) + "1", string.Concat(Enumerable.Repeat("a[", 2000)),
        "a" + string.Concat(Enumerable.Repeat("->b", 1300)), "(int " + new string('*', 4000) + ")a",
        "(int" + string.Concat(Enumerable.Repeat("(*", 2000)) + ")a", "(int" + string.Concat(Enumerable.Repeat("[1]", 1300)) + ")a",
        string.Concat(Enumerable.Repeat("sizeof ", 500)) + "a", "(int" + string.Concat(Enumerable.Repeat("(int", 1000)) + ")a",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_is_too_long_too_deep_or_too_much_gets_one_message(string text)
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(ExpressionParser.Parse(text, diagnostics));
        Assert.Single(diagnostics);
    }

    [Fact]
    public void What_a_person_might_write_is_neither_too_deep_nor_too_much()
    {
        var deep = new string('(', 60) + "a" + new string(')', 60);
        var wide = string.Join(" || ", Enumerable.Range(0, 120).Select(i => $"arg1 == {i}"));
        Assert.NotNull(ExpressionParser.Parse(deep, []));
        Assert.NotNull(ExpressionParser.Parse(wide, []));
    }

    private static string Render(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var tree = ExpressionParser.Parse(text, diagnostics);
        return tree is null
            ? string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : $"{ExpressionDump.Print(tree)}\n    {tree}\n";
    }
}
