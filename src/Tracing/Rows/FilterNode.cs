using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Expressions;

namespace BpfDashboard.Tracing.Rows;

/// <summary>
/// A number of a filter: a whole one, which holds any of 64 bits, signed or not, or a real one, which only times are.
/// </summary>
internal readonly record struct FilterNumber(Int128 Whole, double Real = 0, bool IsReal = false)
{
    public bool IsZero => IsReal ? Real == 0 : Whole == 0;

    /// <summary>The nearest whole number.</summary>
    public Int128 Rounded => IsReal ? (Int128)Math.Clamp(Math.Round(Real), -1e30, 1e30) : Whole;

    private double Nearest => IsReal ? Real : (double)Whole;

    public static FilterNumber Of(double real) => new(0, real, true);

    public static FilterNumber Of(bool truth) => new(truth ? 1 : 0);

    public int CompareTo(FilterNumber other) =>
        IsReal || other.IsReal ? Nearest.CompareTo(other.Nearest) : Whole.CompareTo(other.Whole);

    /// <summary>C's arithmetic without its limits; null for a division by 0.</summary>
    public FilterNumber? Apply(BinaryOperator @operator, FilterNumber right) =>
        IsReal || right.IsReal ? ApplyReal(@operator, right) : ApplyWhole(@operator, right.Whole);

    private FilterNumber? ApplyReal(BinaryOperator @operator, FilterNumber right) => @operator switch
    {
        BinaryOperator.Add => Of(Nearest + right.Nearest),
        BinaryOperator.Subtract => Of(Nearest - right.Nearest),
        BinaryOperator.Multiply => Of(Nearest * right.Nearest),
        BinaryOperator.Divide when right.Nearest != 0 => Of(Nearest / right.Nearest),
        BinaryOperator.Divide => null,
        _ => new FilterNumber(Rounded).ApplyWhole(@operator, right.Rounded),
    };

    private FilterNumber? ApplyWhole(BinaryOperator @operator, Int128 right) => @operator switch
    {
        BinaryOperator.Divide or BinaryOperator.Remainder when right == 0 => null,
        BinaryOperator.Add => new(unchecked(Whole + right)),
        BinaryOperator.Subtract => new(unchecked(Whole - right)),
        BinaryOperator.Multiply => new(unchecked(Whole * right)),
        BinaryOperator.Divide => new(Quotient(right)),
        BinaryOperator.Remainder => new(unchecked(Whole - (Quotient(right) * right))),
        BinaryOperator.And => new(Whole & right),
        BinaryOperator.Or => new(Whole | right),
        BinaryOperator.ExclusiveOr => new(Whole ^ right),
        BinaryOperator.ShiftLeft => new(Whole << (int)(right & 63)),
        _ => new(Whole >> (int)(right & 63)),
    };

    // The least number by -1 is not to be had, and throws.
    private Int128 Quotient(Int128 right) => right == -1 ? unchecked(-Whole) : Whole / right;
}

/// <summary>A part of a filter that knows its columns.</summary>
internal abstract class FilterNode
{
    /// <summary>Whether it may be a number in some row.</summary>
    public virtual bool HasNumber => false;

    /// <summary>Whether it may be a text in some row.</summary>
    public virtual bool HasText => false;

    /// <summary>Whether it is one of the texts that stand in the filter itself.</summary>
    public virtual bool IsLiteralText => false;

    /// <summary>The number; null where the row has none.</summary>
    public virtual FilterNumber? Number(Row row) => null;

    /// <summary>The text; null where the row has none.</summary>
    public virtual ShownValue? Text(Row row) => null;

    /// <summary>As a condition: a number that is not 0, a text that is not empty.</summary>
    public virtual bool IsTrue(Row row) => HasNumber && Number(row) is { } number ? !number.IsZero
        : HasText && Text(row) is { IsFault: false, Text.Length: > 0 };
}

/// <summary>A number that stands in the filter.</summary>
internal sealed class ConstantNode(Int128 value) : FilterNode
{
    public override bool HasNumber => true;

    public override FilterNumber? Number(Row row) => new FilterNumber(value);
}

/// <summary>A text that stands in the filter.</summary>
internal sealed class LiteralNode(string text) : FilterNode
{
    public override bool HasText => true;

    public override bool IsLiteralText => true;

    public override ShownValue? Text(Row row) => new ShownValue(text);
}

/// <summary>A column that every row has.</summary>
internal sealed class CommonNode(Func<Row, FilterNumber>? number, Func<Row, string> text) : FilterNode
{
    public override bool HasNumber => number is not null;

    public override bool HasText => true;

    public override FilterNumber? Number(Row row) => number?.Invoke(row);

    public override ShownValue? Text(Row row) => new ShownValue(text(row));
}

/// <summary>A column of values.</summary>
internal sealed class ValueNode(RowRenderer renderer, int column) : FilterNode
{
    public override bool HasNumber { get; } = renderer.HasNumbers(column);

    public override bool HasText => true;

    public override FilterNumber? Number(Row row) =>
        renderer.Number(row, column) is { } number ? new FilterNumber(number) : null;

    public override ShownValue? Text(Row row) => renderer.Show(row, column);
}

/// <summary>An operation on numbers.</summary>
internal sealed class ArithmeticNode(Func<Row, FilterNumber?> compute) : FilterNode
{
    public override bool HasNumber => true;

    public override FilterNumber? Number(Row row) => compute(row);
}

/// <summary>A comparison, or what <c>&amp;&amp;</c>, <c>||</c> and <c>!</c> make of some.</summary>
internal sealed class ConditionNode(Func<Row, bool> test) : FilterNode
{
    public override bool HasNumber => true;

    public override FilterNumber? Number(Row row) => FilterNumber.Of(test(row));

    public override bool IsTrue(Row row) => test(row);
}

/// <summary><c>a ? b : c</c>.</summary>
internal sealed class ChoiceNode(FilterNode condition, FilterNode whenTrue, FilterNode whenFalse) : FilterNode
{
    public override bool HasNumber => whenTrue.HasNumber || whenFalse.HasNumber;

    public override bool HasText => whenTrue.HasText || whenFalse.HasText;

    public override FilterNumber? Number(Row row) => Chosen(row).Number(row);

    public override ShownValue? Text(Row row) => Chosen(row).Text(row);

    public override bool IsTrue(Row row) => Chosen(row).IsTrue(row);

    private FilterNode Chosen(Row row) => condition.IsTrue(row) ? whenTrue : whenFalse;
}
