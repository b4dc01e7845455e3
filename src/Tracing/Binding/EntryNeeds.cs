using BpfDashboard.Tracing.Expressions.Checking;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Finds what expressions at a return want to know of the entry.</summary>
internal static class EntryNeeds
{
    /// <summary>The arguments of <c>$entry(x)</c>, each once; empty if only <c>$latency</c> is asked for; null if neither is.</summary>
    public static IReadOnlyList<ValueSource>? Of(IEnumerable<TypedExpression> expressions)
    {
        List<ValueSource> sources = [.. expressions.SelectMany(Sources)];
        return sources.Any(source => source is EntrySource or BuiltinSource { Builtin: Builtin.Latency })
            ? [.. sources.OfType<EntrySource>().Select(source => source.Argument).Distinct()]
            : null;
    }

    private static IEnumerable<ValueSource> Sources(TypedExpression expression) => expression switch
    {
        SourceExpression source => [source.Source],
        ConvertExpression convert => Sources(convert.Operand),
        UnaryExpression unary => Sources(unary.Operand),
        BinaryExpression binary => Sources(binary.Left).Concat(Sources(binary.Right)),
        ConditionalExpression conditional =>
            Sources(conditional.Condition).Concat(Sources(conditional.WhenTrue)).Concat(Sources(conditional.WhenFalse)),
        PlaceExpression place => Sources(place.Address),
        TextComparisonExpression comparison => Sources(comparison.Left).Concat(Sources(comparison.Right)),
        ByteSwapExpression swap => Sources(swap.Operand),
        DisplayExpression shown => Sources(shown.Operand),
        _ => [],
    };
}
