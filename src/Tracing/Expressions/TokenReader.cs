using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>
/// A place among the words of a text. The first mistake is reported and moves the place to the end, where nothing is
/// found any more: so whoever reads on comes to an end quickly, and what he has read is thrown away.
/// </summary>
internal sealed class TokenReader(SourceText source, IReadOnlyList<Token> tokens, List<Diagnostic> diagnostics)
{
    /// <summary>How deep parentheses, operators before operands and types may be nested.</summary>
    public const int MaxDepth = 128;

    /// <summary>Most operands and operators of all expressions of a text.</summary>
    public const int MaxNodes = 512;

    private int _at;
    private int _depth;
    private int _nodes;

    /// <summary>Whether a mistake was found.</summary>
    public bool Failed { get; private set; }

    /// <summary>The word at this place; at the end, the end again and again.</summary>
    public Token Current => Peek(0);

    /// <summary>A word further on.</summary>
    public Token Peek(int ahead) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    /// <summary>The word before this place.</summary>
    public Token Previous => tokens[Math.Max(_at - 1, 0)];

    /// <summary>The word, and on to the next.</summary>
    public Token Take()
    {
        var token = Current;
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    /// <summary>Goes on if the sign stands here.</summary>
    public bool TryTake(string sign)
    {
        var found = Current.Is(sign);
        _ = found ? Take() : default;
        return found;
    }

    /// <summary>Goes on behind the sign that closes <paramref name="open"/>, which must stand here.</summary>
    public void Close(Token open, string sign)
    {
        if (!TryTake(sign) && Current.Kind == TokenKind.End)
        {
            Fail(open.Span, $"this '{open.Text}' is never closed", $"add the closing {sign}");
        }
        else if (!Previous.Is(sign))
        {
            Fail(Current.Span, $"'{Current.Text}' is not expected here", Unexpected(sign));
        }
    }

    /// <summary>One level deeper; a mistake if that is too deep.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            Fail(Current.Span, $"more than {MaxDepth} parentheses and operators are nested", "write it in a simpler way");
        }
    }

    /// <summary>One level up.</summary>
    public void Leave() => _depth--;

    /// <summary>Counts what was read; a mistake if that is too much.</summary>
    public T Count<T>(T node)
        where T : ExpressionSyntax
    {
        if (++_nodes > MaxNodes)
        {
            Fail(node.Span, $"more than {MaxNodes} operands and operators", "split it into several probes");
        }

        return node;
    }

    /// <summary>Reports the first mistake.</summary>
    public void Fail(TextSpan span, string message, string? hint)
    {
        if (!Failed)
        {
            diagnostics.Add(new Diagnostic(span, message, hint));
        }

        Failed = true;
        _at = tokens.Count - 1;
    }

    /// <summary>Reports the first mistake, in a part of a word.</summary>
    public void FailWithin(Token token, int offset, int length, string message, string? hint) =>
        Fail(SpanWithin(token, offset, length), message, hint);

    /// <summary>What is between the quotes of a word; null after a diagnostic.</summary>
    public Unescaped? Unescape(Token token)
    {
        const string hint = @"there are \n \t \r \a \b \f \v \e \\ \' \"" \? \x41 and \101";
        var text = Literals.Unescape(token.Text);
        if (text.WrongAt is { } at)
        {
            FailWithin(token, at, 2, "there is no such escape", hint);
            return null;
        }

        return text;
    }

    /// <summary>Where a part of a word was typed.</summary>
    public TextSpan SpanWithin(Token token, int offset, int length) =>
        source.SpanOf(token.Start + offset, token.Start + offset + length);

    /// <summary>Reports a word where an expression could only go on with an operator, or end.</summary>
    public void FailAtExtra() => Fail(Current.Span, $"'{Current.Text}' is not expected here", Unexpected(null));

    private string Unexpected(string? close) => Operators.Misspelt(Current.Text)
        ?? Operators.Misspelt(Previous.Text)
        ?? (Current.Is(")") || Current.Is("]") ? "nothing is open that it could close"
            : Current.Kind == TokenKind.Sign ? $"{(close is null ? "an operator" : $"a {close}")} should be here"
            : $"an operator{(close is null ? "" : $" or a {close}")} is missing before it");
}
