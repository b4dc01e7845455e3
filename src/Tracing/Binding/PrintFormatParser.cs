using System.Text;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// Reads the arguments of a tracepoint's <c>print fmt</c>, which the kernel's build left as C after the preprocessor:
/// <code>
/// (REC->prev_state &amp; 0xff) ? __print_flags(REC->prev_state &amp; 0xff, "|", { 0x01, "S" }, …) : "R"
/// </code>
/// What is constant is computed while it is read, by C's precedence but in 64 bits; what is not understood tells nothing.
/// </summary>
/// <param name="constantOf">The value of an enum's constant or a macro; null for one that nobody knows.</param>
internal sealed class PrintFormatParser(IReadOnlyList<Token> tokens, Func<string, ulong?> constantOf)
{
    /// <summary>Deeper nesting than any kernel has is not followed.</summary>
    private const int MaxDepth = 200;

    private int at;
    private int depth;

    private Token Current => Word(at);

    /// <summary>A word by its place; behind the last there is the end, and nothing else.</summary>
    private Token Word(int place) => tokens[Math.Min(place, tokens.Count - 1)];

    /// <summary>What each argument comes to.</summary>
    public IEnumerable<PrintNode> Arguments()
    {
        while (Current.Kind != TokenKind.End)
        {
            var before = at;
            yield return Expression();
            SkipTo(",");
            _ = TryTake(",");
            at = at == before ? at + 1 : at;
        }
    }

    private PrintNode Expression()
    {
        if (++depth > MaxDepth)
        {
            at = tokens.Count - 1; // the end
        }

        var condition = Binary(Operators.Conditional + 1);
        if (TryTake("?"))
        {
            var yes = Expression();
            condition = TryTake(":") ? PrintArithmetic.Choose(condition, yes, Expression()) : PrintNode.Other;
        }

        depth--;
        return condition;
    }

    private PrintNode Binary(int least)
    {
        var left = Unary();
        while (Operators.Find(Current) is var (@operator, strength) && strength >= least)
        {
            at++;
            left = PrintArithmetic.Apply(@operator, left, Binary(strength + 1));
        }

        return left;
    }

    private PrintNode Unary()
    {
        if (Operators.FindPrefix(Current) is { } prefix)
        {
            at++;
            return PrintArithmetic.Apply(prefix, Unary());
        }

        if (CastEnd() is { } end)
        {
            at = end;
            return Unary();
        }

        var operand = Operand();
        while (Current.Is("[") || Current.Is("(") || Current.Is(".") || Current.Is("->"))
        {
            operand = PrintNode.Other;
            Skip();
        }

        return operand;
    }

    private PrintNode Operand()
    {
        var token = Current;
        if (token.Is("("))
        {
            return Parenthesised();
        }

        if (token.Kind is TokenKind.End || token.Is(",") || token.Is(")") || token.Is("}") || token.Is(":"))
        {
            return PrintNode.Other;
        }

        at++;
        return token switch
        {
            { Kind: TokenKind.Number } => Literals.Number(token.Text).Number is { } number ? new PrintNumber(number.Value) : PrintNode.Other,
            { Kind: TokenKind.String } => new PrintText(TextOf(token)),
            { Kind: TokenKind.Name, Text: "REC" } when Current.Is("->") => Field(),
            { Kind: TokenKind.Name } when Current.Is("(") => Call(token.Text),
            { Kind: TokenKind.Name } when constantOf(token.Text) is { } value => new PrintNumber(value),
            _ => PrintNode.Other,
        };
    }

    private PrintNode Parenthesised()
    {
        if (Word(at + 1).Is("{"))
        {
            Skip(); // a block of GCC's
            return PrintNode.Other;
        }

        at++;
        var inner = Expression();
        SkipTo(")");
        return TryTake(")") ? inner : PrintNode.Other;
    }

    private PrintField Field()
    {
        at++;
        return new PrintField(Word(at++).Text);
    }

    private PrintNode Call(string name)
    {
        if (name is not ("__print_flags" or "__print_symbolic" or "__print_flags_u64" or "__print_symbolic_u64"))
        {
            Skip();
            return PrintNode.Other;
        }

        at++;
        var areFlags = name.StartsWith("__print_flags", StringComparison.Ordinal);
        var subject = Expression();
        var separator = areFlags && TryTake(",") ? Expression() as PrintText : null;
        var words = new List<NumberWord>();
        while (TryTake(","))
        {
            AddWord(words);
        }

        SkipTo(")");
        return TryTake(")") && subject is PrintField field && words.Count > 0
            ? new PrintWords(field.Name, PrintArithmetic.Group(field, areFlags, words, separator?.Text ?? "|"))
            : PrintNode.Other;
    }

    /// <summary><c>{ 0x01, "S" }</c>; one whose number nobody knows, or that ends a list (NULL), is none.</summary>
    private void AddWord(List<NumberWord> words)
    {
        if (!TryTake("{"))
        {
            SkipTo(",");
            return;
        }

        var value = Expression();
        var text = TryTake(",") ? Expression() : PrintNode.Other;
        SkipTo("}");
        if (TryTake("}") && (value, text) is (PrintNumber number, PrintText name))
        {
            words.Add(new NumberWord(number.Value, name.Text));
        }
    }

    /// <summary>
    /// Behind <c>(unsigned long)</c>, <c>( gfp_t)</c> or <c>(struct page *)</c>, where an operand follows; null where
    /// there is no cast. A name in parentheses before a sign that may stand between is an operand.
    /// </summary>
    private int? CastEnd()
    {
        if (!Current.Is("(") || Word(at + 1).Kind != TokenKind.Name || Word(at + 1).Text == "REC")
        {
            return null;
        }

        var next = at + 1;
        while (Word(next).Kind == TokenKind.Name || Word(next).Is("*"))
        {
            next++;
        }

        return Word(next).Is(")") && (Word(next + 1) is { Kind: TokenKind.Name or TokenKind.Number or TokenKind.String }
            || Word(next + 1).Is("(") || Word(next + 1).Is("~")) ? next + 1 : null;
    }

    private static string TextOf(Token token) => Encoding.UTF8.GetString([.. Literals.Unescape(token.Text).Bytes]);

    private bool TryTake(string sign)
    {
        var isIt = Current.Is(sign);
        at += isIt ? 1 : 0;
        return isIt;
    }

    /// <summary>Passes over what was not understood, up to a sign of this level, or to the end of it.</summary>
    private void SkipTo(string sign)
    {
        while (Current.Kind != TokenKind.End && !Current.Is(sign) && !Current.Is(")") && !Current.Is("}") && !Current.Is("]"))
        {
            Skip();
        }
    }

    /// <summary>One word, or all that is between brackets.</summary>
    private void Skip()
    {
        var level = 0;
        do
        {
            var word = Word(at);
            level += word.Is("(") || word.Is("[") || word.Is("{") ? 1 : word.Is(")") || word.Is("]") || word.Is("}") ? -1 : 0;
            at += word.Kind == TokenKind.End ? 0 : 1;
        }
        while (level > 0 && Current.Kind != TokenKind.End);
    }
}
