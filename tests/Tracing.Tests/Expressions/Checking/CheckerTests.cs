using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Tests.Expressions.Checking;

public sealed class CheckerTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    /// <summary>Each line of a case is a scope and an expression; what comes of it is the typed tree, or the mistakes.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_expression_gives_the_typed_tree_or_the_messages_of_its_case_file(string name) =>
        Golden.Check(name, lines => string.Concat(lines.Split('\n').Select(Render)));

    [Theory]
    [InlineData("sk->__sk_common")]
    [InlineData("$comm")]
    [InlineData("ntop(sk->sk_daddr)")]
    [InlineData("\"x\"")]
    public void What_is_no_number_is_no_condition(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = ExpressionParser.Parse(text, diagnostics);
        Assert.NotNull(syntax);
        Assert.Null(Checker.Condition(syntax, SmallKernel.Scope("entry"), SmallKernel.Types, diagnostics));
        Assert.Single(diagnostics);
    }

    private static string Render(string line)
    {
        var colon = line.IndexOf(':');
        var (scope, text) = (line[..colon], line[(colon + 2)..]);
        var diagnostics = new List<Diagnostic>();
        var syntax = ExpressionParser.Parse(text, diagnostics);
        var value = syntax is null ? null : Checker.Value(syntax, SmallKernel.Scope(scope), SmallKernel.Types, diagnostics);
        Assert.Equal(value is null, diagnostics.Count > 0);
        return value is null
            ? string.Concat(diagnostics.Select(diagnostic => diagnostic.Render(text)))
            : $"{line}\n    {value}\n";
    }
}
