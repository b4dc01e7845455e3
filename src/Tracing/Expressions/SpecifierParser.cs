using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>What stands before the stars of a type: <c>const struct sock</c>, <c>unsigned long int</c>, <c>u32 __user</c>.</summary>
internal sealed class SpecifierParser(TokenReader reader)
{
    /// <summary>The named type, and the address space among its qualifiers.</summary>
    public (NamedTypeSyntax Type, AddressSpace Space) Parse()
    {
        var start = reader.Current;
        var space = AddressSpace.Any;
        var words = new List<string>();
        var named = default(NamedTypeSyntax);
        while (reader.Current is { Kind: TokenKind.Name } word)
        {
            if (TypeWords.IsQualifier(word))
            {
                space = TypeWords.Space(reader.Take()) ?? space;
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

        return (named ?? Basic(start, words), space);
    }

    private NamedTypeSyntax Basic(Token start, List<string> words)
    {
        var span = TextSpan.Between(start.Span.Start, Math.Max(start.Span.End, reader.Previous.Span.End));
        if (words.Count == 0)
        {
            reader.Fail(
                reader.Current.Span, "the name of a type is missing", "as in struct sock *, u32 or unsigned long");
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

        if (reader.Current is not { Kind: TokenKind.Name } tag || TypeWords.IsWordOfTypes(tag.Text))
        {
            reader.Fail(reader.Current.Span, $"the name of the {first.Text} is missing", $"as in {first.Text} sock *");
            return new NamedTypeSyntax(default, keyword, "");
        }

        reader.Take();
        return new NamedTypeSyntax(TextSpan.Between(first.Span.Start, tag.Span.End), keyword, tag.Text);
    }
}
