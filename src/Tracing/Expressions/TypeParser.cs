using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>The names of types in casts, sizeof and signatures: specifiers, then declarators, inside out as C has them.</summary>
internal sealed class TypeParser(TokenReader reader)
{
    /// <summary>A larger array in a signature is a slip of the finger.</summary>
    private const int MaxArray = 65536;

    /// <summary>Parses a text that is the name of a type, as <c>const char __user *</c>; null after a diagnostic.</summary>
    public static TypeSyntax? Parse(string text, List<Diagnostic> diagnostics)
    {
        if (ExpressionParser.Reader(SourceText.Of(text), diagnostics) is not { } reader)
        {
            return null;
        }

        var type = new TypeParser(reader).TypeName();
        if (reader.Current is { Kind: not TokenKind.End } extra)
        {
            reader.Fail(extra.Span, $"'{extra.Text}' is not part of the type's name", null);
        }

        return reader.Failed ? null : type;
    }

    /// <summary>The name of a type, without a name of what has it.</summary>
    public TypeSyntax TypeName()
    {
        var (type, name) = Declaration();
        if (name is { } token)
        {
            reader.Fail(token.Span, $"'{token.Text}' is not part of the type's name", "a cast is (type)x");
        }

        return type;
    }

    /// <summary>The parameters of a signature, between parentheses.</summary>
    public IReadOnlyList<ParameterSyntax> Parameters()
    {
        var open = reader.Take();
        var parameters = new List<ParameterSyntax>();
        if (reader.Current.IsName("void") && reader.Peek(1).Is(")"))
        {
            reader.Take();
        }

        while (!reader.Current.Is(")") && !reader.Failed)
        {
            if (!reader.TryTake("..."))
            {
                parameters.Add(Parameter());
            }

            if (!reader.TryTake(","))
            {
                break;
            }
        }

        reader.Close(open, ")");
        return parameters;
    }

    private ParameterSyntax Parameter()
    {
        var start = reader.Current;
        var (type, name) = Declaration();
        var span = TextSpan.Between(start.Span.Start, Math.Max(start.Span.End, reader.Previous.Span.End));
        return new ParameterSyntax(span, type, name?.Text ?? "", name?.Span ?? new TextSpan(span.End, 0));
    }

    private (TypeSyntax Type, Token? Name) Declaration()
    {
        var (named, space) = new SpecifierParser(reader).Parse();
        var (name, wrap) = Declarator(space);
        return (wrap(named), name);
    }

    /// <summary>Stars, then a name or a declarator in parentheses, then lengths and parameters, which bind more strongly.</summary>
    private (Token? Name, Func<TypeSyntax, TypeSyntax> Wrap) Declarator(AddressSpace space)
    {
        reader.Enter();
        var pointers = Pointers(space);
        var name = default(Token?);
        Func<TypeSyntax, TypeSyntax> inner = type => type;
        if (reader.Current.Is("(") && reader.Peek(1).Is("*"))
        {
            var open = reader.Take();
            (name, inner) = Declarator(AddressSpace.Any);
            reader.Close(open, ")");
        }
        else if (reader.Current.Kind == TokenKind.Name && !TypeWords.IsWordOfTypes(reader.Current.Text))
        {
            name = reader.Take();
        }

        var suffixes = Suffixes();
        reader.Leave();
        return (name, type => inner(suffixes(pointers.Aggregate(type, (target, pointer) =>
            new PointerTypeSyntax(Upto(target, pointer.Star), target, pointer.Space)))));
    }

    private static TextSpan Upto(TypeSyntax type, Token end) =>
        TextSpan.Between(type.Span.Start, Math.Max(type.Span.End, end.Span.End));

    private List<(Token Star, AddressSpace Space)> Pointers(AddressSpace space)
    {
        var pointers = new List<(Token, AddressSpace)>();
        while (reader.Current.Is("*") || TypeWords.IsQualifier(reader.Current))
        {
            if (reader.Current.Is("*"))
            {
                pointers.Add((reader.Take(), space));
                space = AddressSpace.Any;
                reader.Enter();
            }
            else if (TypeWords.Space(reader.Take()) is { } named)
            {
                // Behind the star, as in "char * __user name", it can only be meant for this pointer.
                if (pointers is [.., var (star, _)])
                {
                    pointers[^1] = (star, named);
                }
                else
                {
                    space = named;
                }
            }
        }

        pointers.ForEach(_ => reader.Leave());
        return pointers;
    }

    private Func<TypeSyntax, TypeSyntax> Suffixes()
    {
        Func<TypeSyntax, TypeSyntax> wrap = type => type;
        for (var level = 0; (reader.Current.Is("[") || reader.Current.Is("(")) && level < TokenReader.MaxDepth; level++)
        {
            var (outer, start) = (wrap, reader.Current);
            if (start.Is("["))
            {
                var count = Length();
                wrap = type => outer(new ArrayTypeSyntax(Upto(type, start), type, count));
            }
            else
            {
                var parameters = Parameters();
                wrap = type => outer(new FunctionTypeSyntax(Upto(type, start), type, parameters));
            }
        }

        return wrap;
    }

    private int Length()
    {
        var open = reader.Take();
        var count = 0;
        if (reader.Current is { Kind: TokenKind.Number } length)
        {
            reader.Take();
            var (number, message, hint) = Literals.Number(length.Text);
            count = (int)Math.Min(number?.Value ?? 0, MaxArray + 1);
            if (number is null || count > MaxArray)
            {
                var problem = number is null ? (message, hint) : ("this array is too long", $"at most {MaxArray} elements");
                reader.Fail(length.Span, problem.Item1, problem.Item2);
            }
        }

        reader.Close(open, "]");
        return count;
    }
}
