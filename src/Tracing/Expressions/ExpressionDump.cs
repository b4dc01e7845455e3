using System.Globalization;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>Prints a tree in one line of nested lists, for tests and for eyes: <c>(&gt; arg3 20000)</c>.</summary>
public static class ExpressionDump
{
    /// <summary>The tree; with <paramref name="spans"/> each list and leaf ends in <c>@start+length</c>.</summary>
    public static string Print(ExpressionSyntax expression, bool spans = false)
    {
        var at = spans ? string.Create(CultureInfo.InvariantCulture, $"@{expression.Span.Start}+{expression.Span.Length}") : "";
        var parts = Parts(expression).Select(part => part as string ?? Print((ExpressionSyntax)part, spans)).ToList();
        return (parts.Count == 1 ? parts[0] : $"({string.Join(' ', parts)})") + at;
    }

    private static IEnumerable<object> Parts(ExpressionSyntax expression) => expression switch
    {
        UnarySyntax unary => [$"unary{Operators.Text(unary.Operator)}", unary.Operand],
        BinarySyntax binary => [Operators.Text(binary.Operator), binary.Left, binary.Right],
        ConditionalSyntax conditional => ["?:", conditional.Condition, conditional.WhenTrue, conditional.WhenFalse],
        CastSyntax cast => ["cast", $"<{cast.Type}>", cast.Operand],
        MemberSyntax member => [member.IsArrow ? "->" : ".", member.Target, member.Name],
        IndexSyntax index => ["[]", index.Target, index.Index],
        CallSyntax call => ["call", call.Name, .. call.Arguments],
        SizeOfTypeSyntax size => ["sizeof", $"<{size.Type}>"],
        SizeOfSyntax size => ["sizeof", size.Operand],
        AddressSpaceSyntax space => [$"@{space.Space}", space.Operand],
        _ => [expression.ToString()],
    };
}
