namespace BpfDashboard.Tracing.Expressions;

/// <summary>The operators of C and ours: how they are written and how strongly they bind.</summary>
internal static class Operators
{
    /// <summary>How strongly <c>?:</c> binds; less than any operator between two operands.</summary>
    public const int Conditional = 1;

    /// <summary>How strongly an operator before an operand binds.</summary>
    public const int Prefix = 12;

    /// <summary>How strongly <c>[]</c>, <c>-></c> and calls bind, and names and numbers hold together.</summary>
    public const int Postfix = 13;

    private static readonly (BinaryOperator Operator, string Text, int Strength)[] Binary =
    [
        (BinaryOperator.LogicalOr, "||", 2),
        (BinaryOperator.LogicalAnd, "&&", 3),
        (BinaryOperator.Or, "|", 4),
        (BinaryOperator.ExclusiveOr, "^", 5),
        (BinaryOperator.And, "&", 6),
        (BinaryOperator.Equal, "==", 7),
        (BinaryOperator.NotEqual, "!=", 7),
        (BinaryOperator.Contains, "contains", 7),
        (BinaryOperator.StartsWith, "startswith", 7),
        (BinaryOperator.Less, "<", 8),
        (BinaryOperator.LessOrEqual, "<=", 8),
        (BinaryOperator.Greater, ">", 8),
        (BinaryOperator.GreaterOrEqual, ">=", 8),
        (BinaryOperator.ShiftLeft, "<<", 9),
        (BinaryOperator.ShiftRight, ">>", 9),
        (BinaryOperator.Add, "+", 10),
        (BinaryOperator.Subtract, "-", 10),
        (BinaryOperator.Multiply, "*", 11),
        (BinaryOperator.Divide, "/", 11),
        (BinaryOperator.Remainder, "%", 11),
    ];

    private static readonly Dictionary<string, (BinaryOperator Operator, int Strength)> ByText =
        Binary.ToDictionary(entry => entry.Text, entry => (entry.Operator, entry.Strength));

    private static readonly Dictionary<BinaryOperator, (string Text, int Strength)> ByOperator =
        Binary.ToDictionary(entry => entry.Operator, entry => (entry.Text, entry.Strength));

    /// <summary>The operator between two operands that a word is.</summary>
    public static (BinaryOperator Operator, int Strength)? Find(Token token) =>
        token.Kind is TokenKind.Sign or TokenKind.Name && ByText.TryGetValue(token.Text, out var found) ? found : null;

    /// <summary>As it is written.</summary>
    public static string Text(BinaryOperator @operator) => ByOperator[@operator].Text;

    /// <summary>How strongly it binds.</summary>
    public static int Strength(BinaryOperator @operator) => ByOperator[@operator].Strength;

    /// <summary>The operator before an operand that a word is.</summary>
    public static UnaryOperator? FindPrefix(Token token) => token switch
    {
        { Kind: not TokenKind.Sign } => null,
        { Text: "+" } => UnaryOperator.Plus,
        { Text: "-" } => UnaryOperator.Minus,
        { Text: "~" } => UnaryOperator.Complement,
        { Text: "!" } => UnaryOperator.Not,
        { Text: "*" } => UnaryOperator.Dereference,
        { Text: "&" } => UnaryOperator.AddressOf,
        _ => null,
    };

    /// <summary>As it is written.</summary>
    public static string Text(UnaryOperator @operator) => @operator switch
    {
        UnaryOperator.Plus => "+",
        UnaryOperator.Minus => "-",
        UnaryOperator.Complement => "~",
        UnaryOperator.Not => "!",
        UnaryOperator.Dereference => "*",
        _ => "&",
    };

    /// <summary>What somebody should write who wrote this for an operator; null if it was hardly meant as one.</summary>
    public static string? Misspelt(string text) => text switch
    {
        "=" => "= is not ==: write == to compare",
        "and" => "write &&",
        "or" => "write ||",
        "not" => "write !",
        "xor" => "write ^",
        "eq" => "write ==",
        "startsWith" or "starts_with" => "write startswith",
        "++" or "--" or "+=" or "-=" or "*=" or "/=" or "%=" or "&=" or "|=" or "^=" or "<<=" or ">>=" =>
            "nothing can be changed in a trace, only looked at",
        ";" => "one expression, without a ; at the end",
        "{" or "}" => "expressions have no blocks; initialisers are written in a string: STRCMP(\"{0x6C, 0x00}\", x)",
        _ => null,
    };
}
