using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>
/// The expressions of C without assignments, calls of functions and the comma: precedence climbing over the table of
/// <see cref="Operators"/>.
/// </summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    /// <summary>Longest text, in UTF-16 units.</summary>
    public const int MaxLength = 4096;

    private static readonly ExpressionSyntax Nothing = new IdentifierSyntax(default, "");

    /// <summary>Parses a text that is one expression; null after a diagnostic, which is then only one.</summary>
    public static ExpressionSyntax? Parse(string text, List<Diagnostic> diagnostics) =>
        Parse(SourceText.Of(text), diagnostics);

    /// <inheritdoc cref="Parse(string, List{Diagnostic})"/>
    public static ExpressionSyntax? Parse(SourceText source, List<Diagnostic> diagnostics)
    {
        if (Reader(source, diagnostics) is not { } reader)
        {
            return null;
        }

        var expression = new ExpressionParser(reader).Parse();
        if (reader.Current.Kind != TokenKind.End)
        {
            reader.FailAtExtra();
        }

        return reader.Failed ? null : expression;
    }

    /// <summary>The words of a text that is not too long.</summary>
    public static TokenReader? Reader(SourceText source, List<Diagnostic> diagnostics)
    {
        if (source.Text.Length > MaxLength)
        {
            var rest = source.SpanOf(MaxLength, source.Text.Length);
            diagnostics.Add(new Diagnostic(
                rest, $"an expression has at most {MaxLength} characters", "write it in a shorter way"));
            return null;
        }

        return Tokenizer.Split(source, 0, diagnostics) is { } tokens
            ? new TokenReader(source, tokens, diagnostics)
            : null;
    }

    /// <summary>The longest expression from here on. Only worth something if the reader has not failed.</summary>
    public ExpressionSyntax Parse()
    {
        reader.Enter();
        var condition = Binary(Operators.Conditional + 1);
        var expression = condition;
        if (reader.Current.Is("?"))
        {
            var question = reader.Take();
            var whenTrue = Parse();
            reader.Close(question, ":");
            var whenFalse = Parse();
            expression = reader.Count(new ConditionalSyntax(Across(condition, whenFalse), condition, whenTrue, whenFalse));
        }

        reader.Leave();
        return expression;
    }

    private ExpressionSyntax Binary(int least)
    {
        var left = Unary();
        while (Operators.Find(reader.Current) is var (@operator, strength) && strength >= least)
        {
            var sign = reader.Take();
            var right = Binary(strength + 1);
            left = reader.Count(new BinarySyntax(Across(left, right), @operator, left, right, sign.Span));
        }

        return left;
    }

    private ExpressionSyntax Unary()
    {
        reader.Enter();
        var start = reader.Current;
        var expression = Operators.FindPrefix(start) is { } prefix ? Prefixed(prefix)
            : start.IsName("sizeof") ? SizeOf()
            : start.Is("(") && TypeWords.IsAt(reader, 1, isSizeOf: false) ? Cast()
            : PostfixOf(new OperandParser(reader, this).Parse());
        reader.Leave();
        return expression;
    }

    private UnarySyntax Prefixed(UnaryOperator @operator)
    {
        var start = reader.Take();
        var operand = Unary();
        return reader.Count(new UnarySyntax(From(start, operand.Span.End), @operator, operand));
    }

    private CastSyntax Cast()
    {
        var open = reader.Take();
        var type = new TypeParser(reader).TypeName();
        reader.Close(open, ")");
        var operand = Unary();
        return reader.Count(new CastSyntax(From(open, operand.Span.End), type, operand));
    }

    private ExpressionSyntax SizeOf()
    {
        var start = reader.Take();
        if (!reader.Current.Is("(") || !TypeWords.IsAt(reader, 1, isSizeOf: true))
        {
            var operand = Unary();
            return reader.Count(new SizeOfSyntax(From(start, operand.Span.End), operand));
        }

        var open = reader.Take();
        var type = new TypeParser(reader).TypeName();
        reader.Close(open, ")");
        return reader.Count(new SizeOfTypeSyntax(From(start, reader.Previous.Span.End), type));
    }

    private ExpressionSyntax PostfixOf(ExpressionSyntax target)
    {
        while (true)
        {
            var sign = reader.Current;
            switch (sign)
            {
                case { Kind: not TokenKind.Sign }:
                    return target;
                case { Text: "->" or "." }:
                    target = Member(target);
                    break;
                case { Text: "[" }:
                    target = Index(target);
                    break;
                case { Text: "@" }:
                    target = InSpace(target);
                    break;
                case { Text: "(" } when !reader.Failed:
                    reader.Fail(sign.Span, "only our own functions can be called, by their names", "as in ntop(x)");
                    break;
                default:
                    return target;
            }
        }
    }

    private ExpressionSyntax Member(ExpressionSyntax target)
    {
        var sign = reader.Take();
        if (reader.Current.Kind != TokenKind.Name)
        {
            return Refuse(reader.Current, $"the name of a member is missing behind '{sign.Text}'", "as in sk->sk_family");
        }

        var name = reader.Take();
        var span = TextSpan.Between(target.Span.Start, name.Span.End);
        return reader.Count(new MemberSyntax(span, target, sign.Text == "->", name.Text, name.Span));
    }

    private IndexSyntax Index(ExpressionSyntax target)
    {
        var open = reader.Take();
        var index = Parse();
        reader.Close(open, "]");
        return reader.Count(new IndexSyntax(TextSpan.Between(target.Span.Start, reader.Previous.Span.End), target, index));
    }

    private ExpressionSyntax InSpace(ExpressionSyntax target)
    {
        reader.Take();
        var name = reader.Current;
        if (name is not { Kind: TokenKind.Name, Text: "user" or "kernel" })
        {
            return Refuse(name, "behind @ stands where the memory is: user or kernel", "as in arg2@user");
        }

        reader.Take();
        var space = name.Text == "user" ? AddressSpace.User : AddressSpace.Kernel;
        return reader.Count(new AddressSpaceSyntax(TextSpan.Between(target.Span.Start, name.Span.End), target, space));
    }

    private ExpressionSyntax Refuse(Token token, string message, string hint)
    {
        reader.Fail(token.Span, message, hint);
        return Nothing;
    }

    private static TextSpan From(Token start, int end) => TextSpan.Between(start.Span.Start, Math.Max(start.Span.End, end));

    private static TextSpan Across(ExpressionSyntax first, ExpressionSyntax last) =>
        TextSpan.Between(first.Span.Start, Math.Max(first.Span.End, last.Span.End));
}
