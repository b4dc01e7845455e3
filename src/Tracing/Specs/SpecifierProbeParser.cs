using BpfDashboard.Tracing.Expressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// One specifier of argdist: <c>{p,r,t,u}:[target]:function(signature)[:type,…:expression,…[:filter]][#label]</c>.
/// </summary>
/// <remarks>
/// BCC splits at every colon and comma, so that neither C++ names nor <c>?:</c> nor a call with two arguments can be
/// written; here each part is parsed as what it is. Types may be left out (<c>::fd</c>): then values keep their own.
/// </remarks>
internal sealed class SpecifierProbeParser
{
    private const string Shape = "as in p:c:write(int fd):int:fd";

    private readonly ShellWord _word;
    private readonly List<Diagnostic> _diagnostics;
    private readonly int _start;
    private readonly int _open;
    private readonly List<string> _valueTexts = [];

    private SpecifierProbeParser(ShellWord word, List<Diagnostic> diagnostics)
    {
        (_word, _diagnostics) = (word, diagnostics);
        _start = word.Text.Length - word.Text.TrimStart().Length;
        _open = word.Text.IndexOf('(');
    }

    /// <summary>What a word asks for; null after a diagnostic.</summary>
    public static SpecifierSyntax? Parse(ShellWord word, bool isHistogram, List<Diagnostic> diagnostics)
    {
        var found = diagnostics.Count;
        var (core, label, hasOldLabel) = SplitLabel(word);
        var parser = new SpecifierProbeParser(core, diagnostics);
        return parser.Parse(isHistogram) is var (probe, types) && diagnostics.Count == found
            ? new SpecifierSyntax(word.SpanFrom(0), probe, isHistogram, types, label, hasOldLabel, core.Text.Trim())
            {
                ValueTexts = parser._valueTexts,
            }
            : null;
    }

    /// <summary>A label stands behind the first # that is not in quotes; behind a semicolon in the documents of before 2016.</summary>
    private static (ShellWord Core, string? Label, bool IsOld) SplitLabel(ShellWord word)
    {
        var open = '\0';
        for (var at = 0; at < word.Text.Length; at++)
        {
            switch (word.Text[at])
            {
                case '\\' when open != '\0':
                    at++; // whatever is behind it is in the quotes
                    break;
                case '"' or '\'' when open is '\0' || open == word.Text[at]:
                    open = open == '\0' ? word.Text[at] : '\0';
                    break;
                case '#' or ';' when open == '\0':
                    var label = word.Text[(at + 1)..].Trim();
                    return (word.Part(0, at), label.Length > 0 ? label : null, word.Text[at] == ';');
            }
        }

        return (word, null, false);
    }

    private (TraceProbeSyntax, IReadOnlyList<TypeSyntax>)? Parse(bool isHistogram)
    {
        if (Place() is not var (place, isReturn) || Tokenizer.Split(SourceText.Of(_word), _open, _diagnostics) is not { } tokens)
        {
            return null;
        }

        var reader = new TokenReader(SourceText.Of(_word), tokens, _diagnostics);
        var signature = new TypeParser(reader).Parameters();
        if (signature.Count > 0 && place is TracepointSyntax or UsdtSyntax)
        {
            reader.Fail(signature[0].Span, "only functions have parameters", "leave the parentheses empty: ()");
        }

        var types = reader.TryTake(":") ? Types(reader) : [];
        var values = reader.TryTake(":") ? Values(reader) : [];
        var filter = reader.TryTake(":") ? new ExpressionParser(reader).Parse() : null;
        CheckEnd(reader);
        CheckCounts(reader, types, values, isHistogram, isReturn);
        var named = signature.Count > 0 ? signature : null;
        return reader.Failed
            ? null
            : (new TraceProbeSyntax(_word.SpanFrom(0), place, isReturn, null, named, filter, null, values), types);
    }

    private (ProbeSyntax Place, bool IsReturn)? Place()
    {
        var text = _word.Text;
        var type = text.AsSpan(_start) is [var first and ('p' or 'r' or 't' or 'u'), ':', ..] ? first : default;
        if (type == default)
        {
            return Fail(
                _word.SpanFrom(_start), "a specifier begins with p:, r:, t: or u:",
                $"for the entry of a function p:, for its return r:, {Shape}");
        }

        if (_open < 0)
        {
            return Fail(
                _word.SpanFrom(text.Length), "parentheses are missing behind the name",
                $"write (), or name parameters in them, {Shape}");
        }

        var end = _open;
        while (end > _start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        var part = _word.Part(_start, end);
        var place = ProbeParser.Parse(
            type == 'r' ? part.WithStart(1, "p") : part, isRegex: false, _diagnostics, "'p', 'r', 't' or 'u'");
        return place is null ? null : (place, type == 'r');
    }

    private static List<TypeSyntax> Types(TokenReader reader)
    {
        var types = new List<TypeSyntax>();
        if (reader.Current.Is(":"))
        {
            return types;
        }

        do
        {
            types.Add(new TypeParser(reader).TypeName());
        }
        while (reader.TryTake(",") && !reader.Failed);
        return types;
    }

    private List<ExpressionSyntax> Values(TokenReader reader)
    {
        var values = new List<ExpressionSyntax>();
        do
        {
            var start = reader.Current.Start;
            values.Add(new ExpressionParser(reader).Parse());
            _valueTexts.Add(_word.Text[start..reader.Current.Start].TrimEnd());
        }
        while (reader.TryTake(",") && !reader.Failed);
        return values;
    }

    private static void CheckEnd(TokenReader reader)
    {
        if (reader.Current.Kind != TokenKind.End)
        {
            reader.Fail(
                reader.Current.Span, $"'{reader.Current.Text}' is not expected here",
                Operators.Misspelt(reader.Current.Text)
                    ?? "behind the parentheses stand, with colons, the types, the expressions, and a filter");
        }
    }

    /// <summary>BCC takes types without expressions for the default, and says nothing.</summary>
    private static void CheckCounts(
        TokenReader reader, List<TypeSyntax> types, List<ExpressionSyntax> values, bool isHistogram, bool isReturn)
    {
        var end = reader.Current.Span;
        if (reader.Failed)
        {
            return;
        }

        if (types.Count > 0 && values.Count == 0)
        {
            reader.Fail(end, "the expression is missing behind the type", Shape);
        }
        else if (types.Count > 0 && types.Count != values.Count)
        {
            reader.Fail(
                types[0].Span, $"the number of types is {types.Count}, that of expressions {values.Count}",
                "each expression has its type; or leave out all types, as in p:c:write(int fd)::fd");
        }
        else if (isHistogram && values.Count == 0 && !isReturn)
        {
            reader.Fail(end, "what the histogram is of is missing", $"add a type and an expression, {Shape}");
        }
    }

    private (ProbeSyntax, bool)? Fail(TextSpan span, string message, string hint)
    {
        _diagnostics.Add(new Diagnostic(span, message, hint));
        return null;
    }
}
