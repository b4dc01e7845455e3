using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What operators make of parts of a <c>print fmt</c>.</summary>
internal static class PrintArithmetic
{
    public static PrintNode Apply(UnaryOperator @operator, PrintNode operand) => (@operator, operand) switch
    {
        (UnaryOperator.Plus, _) => operand,
        (UnaryOperator.Minus, PrintNumber number) => new PrintNumber(unchecked(0 - number.Value)),
        (UnaryOperator.Complement, PrintNumber number) => new PrintNumber(~number.Value),
        (UnaryOperator.Not, PrintNumber number) => new PrintNumber(number.Value == 0 ? 1UL : 0),
        _ => PrintNode.Other,
    };

    public static PrintNode Apply(BinaryOperator @operator, PrintNode left, PrintNode right) => (@operator, left, right) switch
    {
        (_, PrintNumber a, PrintNumber b) => Compute(@operator, a.Value, b.Value) is { } value ? new PrintNumber(value) : PrintNode.Other,
        (BinaryOperator.And, PrintField field, PrintNumber mask) => field with { Mask = field.Mask & (mask.Value << field.Shift) },
        (BinaryOperator.And, PrintNumber mask, PrintField field) => field with { Mask = field.Mask & (mask.Value << field.Shift) },
        (BinaryOperator.ShiftRight, PrintField field, PrintNumber by) when by.Value < (ulong)(64 - field.Shift) =>
            field with { Shift = field.Shift + (int)by.Value, Mask = field.Mask & (ulong.MaxValue << (field.Shift + (int)by.Value)) },
        _ => PrintNode.Other,
    };

    /// <summary>
    /// <c>field ? names : "none"</c> says what 0 is called, and <c>field &amp; 0x100 ? "+" : ""</c> is a flag of its own.
    /// </summary>
    public static PrintNode Choose(PrintNode condition, PrintNode yes, PrintNode no) => (condition, yes, no) switch
    {
        (PrintNumber number, _, _) => number.Value != 0 ? yes : no,
        (PrintField field, PrintWords words, PrintText nothing) when field.Name == words.Field && field.Mask == words.Group.Mask =>
            words with { Group = words.Group with { Nothing = nothing.Text is "" ? null : nothing.Text } },
        (PrintField field, PrintText flag, PrintText { Text: "" }) when flag.Text.Length > 0 && ulong.PopCount(field.Mask) == 1 =>
            new PrintWords(field.Name, new WordGroup(field.Mask, true, [new NumberWord(field.Mask, flag.Text)], "")),
        (_, PrintWords, PrintWords) => PrintNode.Other, // kvm_exit: which names hold depends on another field
        (_, PrintWords words, _) => words,
        (_, _, PrintWords words) => words,
        _ => PrintNode.Other,
    };

    /// <summary>The names by the bits of the field that they are for.</summary>
    public static WordGroup Group(PrintField field, bool areFlags, IReadOnlyList<NumberWord> words, string separator) => new(
        field.Mask, areFlags, [.. words.Select(word => word with { Value = word.Value << field.Shift })], separator);

    private static ulong? Compute(BinaryOperator @operator, ulong a, ulong b) => @operator switch
    {
        BinaryOperator.Add => unchecked(a + b),
        BinaryOperator.Subtract => unchecked(a - b),
        BinaryOperator.Multiply => unchecked(a * b),
        BinaryOperator.Divide when b != 0 => a / b,
        BinaryOperator.Remainder when b != 0 => a % b,
        BinaryOperator.And => a & b,
        BinaryOperator.Or => a | b,
        BinaryOperator.ExclusiveOr => a ^ b,
        BinaryOperator.ShiftLeft when b < 64 => a << (int)b,
        BinaryOperator.ShiftRight when b < 64 => a >> (int)b,
        BinaryOperator.Equal => a == b ? 1UL : 0,
        BinaryOperator.NotEqual => a != b ? 1UL : 0,
        BinaryOperator.Less => (long)a < (long)b ? 1UL : 0,
        BinaryOperator.Greater => (long)a > (long)b ? 1UL : 0,
        _ => null,
    };
}
