using System.Globalization;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Rows;

/// <summary>From the tree of a filter to what rows are asked; null after a diagnostic.</summary>
internal sealed class FilterCompiler(RowRenderer renderer, RowClock clock, List<Diagnostic> diagnostics)
{
    public FilterNode? Compile(ExpressionSyntax syntax) => syntax switch
    {
        NumberSyntax number => new ConstantNode(number.Value),
        CharacterSyntax character => new ConstantNode((sbyte)character.Code),
        StringSyntax text => new LiteralNode(ScalarText.Text([.. text.Bytes])),
        IdentifierSyntax name => Name(name.Name) ?? Fail(name.Span, $"there is no column '{name.Name}'", Nearest(name.Name)),
        UnarySyntax { Operator: UnaryOperator.Not or UnaryOperator.Minus or UnaryOperator.Plus or UnaryOperator.Complement }
            unary => Unary(unary),
        BinarySyntax binary => Binary(binary),
        ConditionalSyntax conditional => Choice(conditional),
        _ => Labelled(syntax) ?? Fail(
            syntax.Span, "a filter compares columns, numbers and texts", $"columns are {string.Join(", ", Columns)}"),
    };

    private IEnumerable<string> Columns => RowRenderer.CommonColumns.Concat(renderer.Columns.Select(column => column.Name));

    private FilterNode? Name(string name) => name switch
    {
        "time" => Common(row => FilterNumber.Of(clock.Milliseconds(row))),
        "cpu" => Common(row => new FilterNumber(row.Cpu)),
        "pid" => Common(row => new FilterNumber(row.Pid)),
        "tid" => Common(row => new FilterNumber(row.Tid)),
        "comm" => new CommonNode(null, RowRenderer.Comm),
        "func" => new CommonNode(null, renderer.Function),
        "message" => new CommonNode(null, renderer.Words),
        _ => Value(column => column.Name == name) ?? Value(column => column.Label == name) ?? (FilterNode?)Constant(name),
    };

    private static CommonNode Common(Func<Row, FilterNumber> number) => new(number, row => number(row) switch
    {
        { IsReal: true, Real: var real } => real.ToString("0.######", CultureInfo.InvariantCulture),
        var whole => whole.Whole.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>A column may also be called by its expression: <c>sk->sk_dport == 443</c>.</summary>
    private ValueNode? Labelled(ExpressionSyntax syntax)
    {
        var text = syntax.ToString();
        return Value(column => column.Label == text);
    }

    private ValueNode? Value(Predicate<ValueColumn> isWanted)
    {
        for (var index = 0; index < renderer.Columns.Count; index++)
        {
            if (isWanted(renderer.Columns[index]))
            {
                return new ValueNode(renderer, index);
            }
        }

        return null;
    }

    private ConstantNode? Constant(string name) =>
        Constants.FirstOrDefault(constant => constant.Name == name) is { } constant ? new ConstantNode(constant.Value)
        : MacroConstants.Values.TryGetValue(name, out var value) ? new ConstantNode(value)
        : null;

    private IEnumerable<Types.EnumConstant> Constants
    {
        get
        {
            try
            {
                return [.. renderer.Constants];
            }
            catch (FormatException)
            {
                return []; // damaged type information: its constants have no names, here as in the rows
            }
        }
    }

    private string Nearest(string name) => Suggestions.DidYouMean(name, [.. Columns, .. Constants.Select(it => it.Name), .. MacroConstants.Values.Keys])
        ?? $"columns are {string.Join(", ", Columns)}; a text is written in quotes";

    private FilterNode? Unary(UnarySyntax unary)
    {
        if (Compile(unary.Operand) is not { } operand)
        {
            return null;
        }

        return unary.Operator switch
        {
            UnaryOperator.Not => new ConditionNode(row => !operand.IsTrue(row)),
            _ when !operand.HasNumber => FailNoNumber(unary.Operand),
            UnaryOperator.Minus => new ArithmeticNode(row =>
                operand.Number(row) is { } number ? new FilterNumber(0).Apply(BinaryOperator.Subtract, number) : null),
            UnaryOperator.Complement => new ArithmeticNode(row =>
                operand.Number(row) is { } number ? new FilterNumber(~number.Rounded) : null),
            _ => new ArithmeticNode(operand.Number),
        };
    }

    private FilterNode? Binary(BinarySyntax binary)
    {
        if ((Compile(binary.Left), Compile(binary.Right)) is not ({ } left, { } right))
        {
            return null;
        }

        return binary.Operator switch
        {
            BinaryOperator.LogicalAnd => new ConditionNode(row => left.IsTrue(row) && right.IsTrue(row)),
            BinaryOperator.LogicalOr => new ConditionNode(row => left.IsTrue(row) || right.IsTrue(row)),
            BinaryOperator.Contains or BinaryOperator.StartsWith => Part(binary, left, right),
            BinaryOperator.Equal or BinaryOperator.NotEqual or BinaryOperator.Less or BinaryOperator.LessOrEqual
                or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual => Comparison(binary, left, right),
            _ when !left.HasNumber => FailNoNumber(binary.Left),
            _ when !right.HasNumber => FailNoNumber(binary.Right),
            var @operator => new ArithmeticNode(row =>
                left.Number(row) is { } a && right.Number(row) is { } b ? a.Apply(@operator, b) : null),
        };
    }

    private FilterNode? Part(BinarySyntax binary, FilterNode left, FilterNode right)
    {
        if (!left.HasText || !right.HasText)
        {
            return Fail((left.HasText ? binary.Right : binary.Left).Span, "this is not a text", "write it in quotes");
        }

        var isStart = binary.Operator == BinaryOperator.StartsWith;
        return new ConditionNode(row =>
            left.Text(row) is { IsFault: false, Text: var text } && right.Text(row) is { IsFault: false, Text: var part }
            && (isStart ? text.StartsWith(part, StringComparison.Ordinal) : text.Contains(part, StringComparison.Ordinal)));
    }

    /// <summary>With a text in quotes texts are compared, else numbers where both sides have any.</summary>
    private FilterNode? Comparison(BinarySyntax binary, FilterNode left, FilterNode right)
    {
        var test = Test(binary.Operator);
        if (!left.IsLiteralText && !right.IsLiteralText && left.HasNumber && right.HasNumber)
        {
            return new ConditionNode(row =>
                left.Number(row) is { } a && right.Number(row) is { } b && test(a.CompareTo(b)));
        }

        if (left.HasText && right.HasText)
        {
            return new ConditionNode(row => left.Text(row) is { IsFault: false } a && right.Text(row) is { IsFault: false } b
                && test(Compare(a, b)));
        }

        return Fail((left.HasText ? binary.Right : binary.Left).Span, "a text is compared with a text", "write it in quotes");
    }

    /// <summary>What is shown in another way than it was read is equal to both.</summary>
    private static int Compare(ShownValue a, ShownValue b) => a.Text == b.Raw || a.Raw == b.Text
        ? 0
        : string.CompareOrdinal(a.Text, b.Text);

    private static Func<int, bool> Test(BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Equal => order => order == 0,
        BinaryOperator.NotEqual => order => order != 0,
        BinaryOperator.Less => order => order < 0,
        BinaryOperator.LessOrEqual => order => order <= 0,
        BinaryOperator.Greater => order => order > 0,
        _ => order => order >= 0,
    };

    private ChoiceNode? Choice(ConditionalSyntax choice) =>
        (Compile(choice.Condition), Compile(choice.WhenTrue), Compile(choice.WhenFalse)) is ({ } condition, { } yes, { } no)
            ? new ChoiceNode(condition, yes, no)
            : null;

    private FilterNode? FailNoNumber(ExpressionSyntax operand) =>
        Fail(operand.Span, "this is a text, nothing to compute with", "compare it with a text in quotes");

    private FilterNode? Fail(TextSpan span, string message, string hint)
    {
        diagnostics.Add(new Diagnostic(span, message, hint));
        return null;
    }
}
