using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Expressions;

/// <summary>What holds for every tree and every text.</summary>
public sealed class ExpressionProperties
{
    [Fact]
    public void Printing_a_tree_and_parsing_it_gives_the_tree_again()
    {
        for (var seed = 0; seed < 10_000; seed++)
        {
            var tree = new RandomSyntax(seed).Expression(seed % 5);
            var text = tree.ToString();
            var diagnostics = new List<Diagnostic>();
            var parsed = ExpressionParser.Parse(text, diagnostics);
            Assert.True(parsed is not null, $"seed {seed}: {text}\n{string.Concat(diagnostics.Select(d => d.Render(text)))}");
            Assert.Equal(ExpressionDump.Print(tree), ExpressionDump.Print(parsed));
        }
    }

    [Fact]
    public void Any_text_gives_a_tree_or_one_mistake_that_lies_within_it()
    {
        string[] pieces =
        [
            "a", "1", "0x", "'a'", "\"s\"", "(", ")", "[", "]", "->", ".", "*", "&", "-", "?", ":", ",", "=", "==", "@",
            "user", "sizeof", "(u32)", "struct ", "int", " ", "contains", "$pid", "\\", "\"", "'", "\0", "ü", "\ud800", "(*", "...",
        ];
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var diagnostics = new List<Diagnostic>();
            var tree = ExpressionParser.Parse(text, diagnostics);
            Assert.True(tree is null == (diagnostics.Count == 1), text);
            Assert.All(diagnostics, diagnostic => Assert.InRange(diagnostic.Span.Start, 0, text.Length));
            Assert.All(diagnostics, diagnostic => Assert.InRange(diagnostic.Span.End, diagnostic.Span.Start, text.Length));
            Assert.All(diagnostics, diagnostic => Assert.NotEmpty(diagnostic.Render(text)));
        }
    }
}
