using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>What operators stand between: numbers, texts, names, calls, and expressions in parentheses.</summary>
internal sealed class OperandParser(TokenReader reader, ExpressionParser parser)
{
    private static readonly ExpressionSyntax Nothing = new IdentifierSyntax(default, "");

    /// <summary>The operand; nothing of worth after a diagnostic.</summary>
    public ExpressionSyntax Parse() => reader.Current switch
    {
        { Kind: TokenKind.Number } => Number(),
        { Kind: TokenKind.String } token => Text(token),
        { Kind: TokenKind.Character } token => Character(token),
        { Kind: TokenKind.Name } token when Operators.Find(token) is null => NameOrCall(),
        { Kind: TokenKind.Sign, Text: "(" } => Parenthesised(),
        var token => Missing(token),
    };

    private ExpressionSyntax Parenthesised()
    {
        var open = reader.Take();
        var inner = parser.Parse();
        reader.Close(open, ")");
        return inner;
    }

    private ExpressionSyntax NameOrCall()
    {
        var name = reader.Take();
        if (!reader.Current.Is("("))
        {
            return reader.Count(new IdentifierSyntax(name.Span, name.Text));
        }

        var open = reader.Take();
        var arguments = new List<ExpressionSyntax>();
        while (!reader.Current.Is(")") && !reader.Failed)
        {
            arguments.Add(parser.Parse());
            if (!reader.TryTake(","))
            {
                break;
            }
        }

        reader.Close(open, ")");
        return reader.Count(new CallSyntax(
            TextSpan.Between(name.Span.Start, Math.Max(name.Span.End, reader.Previous.Span.End)),
            name.Text,
            name.Span,
            arguments));
    }

    private ExpressionSyntax Number()
    {
        var token = reader.Take();
        var (number, message, hint) = Literals.Number(token.Text);
        return number is null ? Refuse(token, message, hint) : reader.Count(number with { Span = token.Span });
    }

    private ExpressionSyntax Text(Token token) =>
        Unescape(token) is { } bytes ? reader.Count(new StringSyntax(token.Span, bytes)) : Nothing;

    private ExpressionSyntax Character(Token token) => Unescape(token) switch
    {
        null => Nothing,
        [var code] => reader.Count(new CharacterSyntax(token.Span, code)),
        _ => Refuse(token, "single quotes hold one character of one byte", "a text is in double quotes"),
    };

    private IReadOnlyList<byte>? Unescape(Token token)
    {
        reader.Take();
        return reader.Unescape(token)?.Bytes;
    }

    private ExpressionSyntax Missing(Token token)
    {
        var hint = reader.Previous.Is("==") && token.Is("=") ? "write == to compare"
            : reader.Previous.Is("<") && token.Is(">") ? "write != for not equal"
            : Operators.Misspelt(token.Text) ?? "as in arg1 > 20000";
        return token.Kind == TokenKind.End
            ? Refuse(token, "something is missing at the end", hint)
            : Refuse(token, $"something is missing before '{token.Text}'", hint);
    }

    private ExpressionSyntax Refuse(Token token, string message, string hint)
    {
        reader.Fail(token.Span, message, hint);
        return Nothing;
    }
}
