using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>The names of types in casts, sizeof and signatures: specifiers, then declarators, inside out as C has them.</summary>
internal sealed class TypeParser(TokenReader reader)
{
    /// <summary>A larger array in a signature is a slip of the finger.</summary>
    private const int MaxArray = 65536;

    /// <summary>Words that only tell the compiler something.</summary>
    private static readonly HashSet<string> Qualifiers =
    [
        "const", "volatile", "restrict", "__restrict", "__const", "register", "static", "extern", "inline", "_Atomic",
        "__iomem", "__force", "__bitwise", "__maybe_unused", "__always_unused", "__nocast", "__must_check",
    ];

    private static readonly Dictionary<string, AddressSpace> Spaces = new()
    {
        ["__user"] = AddressSpace.User,
        ["__kernel"] = AddressSpace.Kernel,
        ["__percpu"] = AddressSpace.PerCpu,
        ["__rcu"] = AddressSpace.Rcu,
    };

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

    /// <summary>
    /// Whether the words behind a parenthesis are the name of a type. What only the kernel's types could tell is
    /// decided by what stands behind: <c>(loff_t)x</c> can only be a cast; <c>(x)-1</c> is a difference unless the name
    /// is that of a known type or ends in _t.
    /// </summary>
    public static bool IsAt(TokenReader reader, int ahead, bool isSizeOf)
    {
        var name = reader.Peek(ahead);
        if (name.Kind != TokenKind.Name || name.Text[0] == '$')
        {
            return false;
        }

        if (IsWordOfTypes(name.Text))
        {
            return true;
        }

        var at = ahead + 1;
        while (reader.Peek(at).Is("*") || IsQualifier(reader.Peek(at)))
        {
            at++;
        }

        return reader.Peek(at).Text switch
        {
            "(" => reader.Peek(at + 1).Is("*") && reader.Peek(at + 2).Is(")"),
            "[" => at > ahead + 1 || IsLikely(name.Text),
            ")" => at > ahead + 1
                || (isSizeOf ? IsLikely(name.Text) : BeginsOperand(reader.Peek(at + 1), IsLikely(name.Text))),
            _ => false,
        };
    }

    /// <summary>Whether <c>(name)</c> before a <c>-</c> would be taken for a cast.</summary>
    public static bool IsLikely(string name) =>
        IsWordOfTypes(name) || CoreTypes.IsTypedef(name) || name.EndsWith("_t", StringComparison.Ordinal);

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
        var space = AddressSpace.Any;
        var named = Specifiers(ref space);
        var (name, wrap) = Declarator(space);
        return (wrap(named), name);
    }

    private NamedTypeSyntax Specifiers(ref AddressSpace space)
    {
        var start = reader.Current;
        var words = new List<string>();
        var named = default(NamedTypeSyntax);
        while (reader.Current is { Kind: TokenKind.Name } word)
        {
            if (IsQualifier(word))
            {
                Qualify(ref space);
            }
            else if (BasicTypes.IsWord(word.Text) && named is null)
            {
                words.Add(reader.Take().Text);
            }
            else if (words.Count == 0 && named is null)
            {
                named = Named();
            }
            else
            {
                break;
            }
        }

        return named ?? Basic(start, words);
    }

    private NamedTypeSyntax Basic(Token start, List<string> words)
    {
        var span = TextSpan.Between(start.Span.Start, Math.Max(start.Span.End, reader.Previous.Span.End));
        if (words.Count == 0)
        {
            reader.Fail(reader.Current.Span, "the name of a type is missing", "as in struct sock *, u32 or unsigned long");
        }
        else if (BasicTypes.Find(words) is { } type)
        {
            return new NamedTypeSyntax(span, TypeKeyword.None, type.ToString());
        }
        else
        {
            reader.Fail(span, $"there is no type '{string.Join(' ', words)}'", "as in unsigned long, long long or short");
        }

        return new NamedTypeSyntax(default, TypeKeyword.None, "");
    }

    private NamedTypeSyntax Named()
    {
        var first = reader.Take();
        var keyword = first.Text switch
        {
            "struct" => TypeKeyword.Struct,
            "union" => TypeKeyword.Union,
            "enum" => TypeKeyword.Enum,
            _ => TypeKeyword.None,
        };
        if (keyword == TypeKeyword.None)
        {
            return new NamedTypeSyntax(first.Span, keyword, first.Text);
        }

        if (reader.Current is not { Kind: TokenKind.Name } tag || IsWordOfTypes(tag.Text))
        {
            reader.Fail(reader.Current.Span, $"the name of the {first.Text} is missing", $"as in {first.Text} sock *");
            return new NamedTypeSyntax(default, keyword, "");
        }

        reader.Take();
        return new NamedTypeSyntax(TextSpan.Between(first.Span.Start, tag.Span.End), keyword, tag.Text);
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
        else if (reader.Current.Kind == TokenKind.Name && !IsWordOfTypes(reader.Current.Text))
        {
            name = reader.Take();
        }

        var suffixes = Suffixes();
        reader.Leave();
        return (name, type => inner(suffixes(pointers.Aggregate(type, (target, pointer) =>
            new PointerTypeSyntax(TextSpan.Between(target.Span.Start, pointer.Star.Span.End), target, pointer.Space)))));
    }

    private List<(Token Star, AddressSpace Space)> Pointers(AddressSpace space)
    {
        var pointers = new List<(Token, AddressSpace)>();
        while (reader.Current.Is("*") || IsQualifier(reader.Current))
        {
            if (reader.Current.Is("*"))
            {
                pointers.Add((reader.Take(), space));
                space = AddressSpace.Any;
                reader.Enter();
            }
            else if (Qualify(ref space) && pointers.Count > 0)
            {
                // Behind the star, as in "char * __user name", it can only be meant for this pointer.
                pointers[^1] = (pointers[^1].Item1, space);
                space = AddressSpace.Any;
            }
        }

        pointers.ForEach(_ => reader.Leave());
        return pointers;
    }

    private Func<TypeSyntax, TypeSyntax> Suffixes()
    {
        Func<TypeSyntax, TypeSyntax> wrap = type => type;
        for (var levels = 0; (reader.Current.Is("[") || reader.Current.Is("(")) && levels < TokenReader.MaxDepth; levels++)
        {
            var outer = wrap;
            var start = reader.Current;
            if (start.Is("["))
            {
                var count = Length();
                wrap = type => outer(new ArrayTypeSyntax(TextSpan.Between(type.Span.Start, start.Span.End), type, count));
            }
            else
            {
                var parameters = Parameters();
                wrap = type => outer(new FunctionTypeSyntax(TextSpan.Between(type.Span.Start, start.Span.End), type, parameters));
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
                reader.Fail(length.Span, number is null ? message : "this array is too long", number is null ? hint : $"at most {MaxArray} elements");
            }
        }

        reader.Close(open, "]");
        return count;
    }

    /// <summary>Goes over a qualifier; true if it was one that names an address space.</summary>
    private bool Qualify(ref AddressSpace space)
    {
        var isSpace = Spaces.TryGetValue(reader.Take().Text, out var named);
        space = isSpace ? named : space;
        return isSpace;
    }

    private static bool IsQualifier(Token token) =>
        token.Kind == TokenKind.Name && (Qualifiers.Contains(token.Text) || Spaces.ContainsKey(token.Text));

    private static bool IsWordOfTypes(string name) =>
        name is "struct" or "union" or "enum" || BasicTypes.IsWord(name) || Qualifiers.Contains(name) || Spaces.ContainsKey(name);

    private static bool BeginsOperand(Token token, bool isLikelyType) => token.Kind switch
    {
        TokenKind.Number or TokenKind.Character => true,
        TokenKind.Name => Operators.Find(token) is null,
        TokenKind.Sign => token.Text is "(" or "!" or "~" || (isLikelyType && token.Text is "-" or "+" or "*" or "&"),
        _ => false,
    };
}
