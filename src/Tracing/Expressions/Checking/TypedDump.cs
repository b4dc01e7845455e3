using System.Globalization;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>
/// Prints a typed tree in one line of nested lists, for tests and for eyes; behind each node stands its type:
/// <c>(&lt; (convert int retval:unsigned long):int 0:int):int</c>.
/// </summary>
internal static class TypedDump
{
    public static string Print(TypedExpression node) => $"{Body(node)}:{node.Type}";

    private static string Body(TypedExpression node) => node switch
    {
        ConstantExpression constant when Conversions.Shape(constant.Type).IsSigned =>
            constant.Value.ToString(CultureInfo.InvariantCulture),
        ConstantExpression constant => ((ulong)constant.Value).ToString(CultureInfo.InvariantCulture),
        TextExpression text => $"\"{ExpressionPrinter.Escape(text.Bytes, '"')}\"",
        SourceExpression source => Source(source.Source),
        ConvertExpression convert => $"(convert {convert.Operand})",
        UnaryExpression unary => $"({Operators.Text(unary.Operator)} {unary.Operand})",
        BinaryExpression binary => $"({Operators.Text(binary.Operator)} {binary.Left} {binary.Right})",
        ConditionalExpression conditional => $"(?: {conditional.Condition} {conditional.WhenTrue} {conditional.WhenFalse})",
        PlaceExpression place => Place(place),
        TextComparisonExpression comparison => $"({comparison.Comparison} {comparison.Left} {comparison.Right})",
        ByteSwapExpression swap => $"(swap {swap.Operand})",
        DisplayExpression display => $"({display.Display} {display.Operand})",
        _ => throw new ArgumentException($"unknown node: {node.GetType().Name}", nameof(node)),
    };

    private static string Place(PlaceExpression place)
    {
        var bits = place.Bits is { } field ? $" bits {field.Bytes}>>{field.Shift}&{field.Width}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"(at {place.Space} {place.Address} +{place.Offset}{bits})");
    }

    private static string Source(ValueSource source) => source switch
    {
        ArgumentSource argument => $"arg{argument.Register + 1}",
        SystemCallArgumentSource argument => $"sysarg{argument.Register + 1}",
        UsdtArgumentSource argument => $"usdt{argument.Index + 1}",
        ReturnSource => "retval",
        EntrySource entry => $"entry({Source(entry.Argument)})",
        RegisterSource register => $"ctx->{register.Name}",
        ContextSource => "ctx",
        BuiltinSource builtin => $"${builtin.Builtin}",
        _ => throw new ArgumentException($"unknown source: {source.GetType().Name}", nameof(source)),
    };
}
