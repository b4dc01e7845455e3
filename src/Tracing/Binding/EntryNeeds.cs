using BpfDashboard.Tracing.Expressions.Checking;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What a return asks of its function's entry.</summary>
/// <param name="Arguments">The arguments of <c>$entry(x)</c>, each once.</param>
/// <param name="Time">Whether <c>$latency</c> is asked for.</param>
public sealed record EntryNeeds(IReadOnlyList<ValueSource> Arguments, bool Time)
{
    /// <summary>What is needed to compute these; null for nothing.</summary>
    internal static EntryNeeds? Of(IEnumerable<TypedExpression> expressions)
    {
        List<ValueSource> sources = [.. expressions.SelectMany(Sources)];
        var needs = new EntryNeeds(
            [.. sources.OfType<EntrySource>().Select(source => source.Argument).Distinct()],
            sources.Exists(source => source is BuiltinSource { Builtin: Builtin.Latency }));
        return needs is { Arguments: [], Time: false } ? null : needs;
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
