using BpfDashboard.Tracing.Expressions;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Names of columns for values: what a reader would call them, and a filter can be written with.</summary>
internal static class ColumnNames
{
    /// <summary>A name for each expression, each only once.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<ExpressionSyntax> values)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { "time", "cpu", "pid", "tid", "comm", "func", "message" };
        return [.. values.Select(value => Unique(Of(value) ?? "value", taken))];
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
        {
            unique = $"{name}_{number}";
        }

        return unique;
    }

    /// <summary>The last name of the path that leads to the value; null where there is none.</summary>
    private static string? Of(ExpressionSyntax value) => value switch
    {
        IdentifierSyntax name => name.Name.TrimStart('$'),
        MemberSyntax member => member.Name,
        IndexSyntax index => Of(index.Target),
        UnarySyntax unary => Of(unary.Operand),
        CastSyntax cast => Of(cast.Operand),
        AddressSpaceSyntax space => Of(space.Operand),
        CallSyntax { Arguments: [var argument, ..] } => Of(argument),
        BinarySyntax binary => Of(binary.Left) ?? Of(binary.Right),
        ConditionalSyntax conditional => Of(conditional.WhenTrue) ?? Of(conditional.WhenFalse),
        _ => null,
    };
}
