using System.Globalization;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Formats;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// One probe of trace: <c>{p,r}:[target]:function[+offset][(signature)] [(predicate)] ["format"[,] value, …]</c>, or the
/// same behind <c>t:category:event</c> and <c>u:target:[provider:]probe</c>.
/// </summary>
/// <remarks>
/// A signature touches the function's name, as in BCC; what touches it but can only be an expression is a predicate
/// here. A predicate is a whole expression: BCC leaves out what follows its first parenthesis.
/// </remarks>
internal sealed class TraceProbeParser
{
    internal static readonly char[] EndsOfPlace = [' ', '\t', '\n', '\r', '\u00A0', '(', '"'];

    private readonly ShellWord _word;
    private readonly List<Diagnostic> _diagnostics;
    private readonly int _start;
    private readonly int _end;
    private readonly bool _takesFormat;

    private TraceProbeParser(ShellWord word, List<Diagnostic> diagnostics, bool takesFormat)
    {
        (_word, _diagnostics, _takesFormat) = (word, diagnostics, takesFormat);
        _start = word.Text.Length - word.Text.TrimStart().Length;
        var end = word.Text.IndexOfAny(EndsOfPlace, _start);
        _end = end < 0 ? word.Text.Length : end;
    }

    /// <summary>The probe that a word describes, or null after a diagnostic.</summary>
    public static TraceProbeSyntax? Parse(ShellWord word, List<Diagnostic> diagnostics) =>
        Parse(word, diagnostics, takesFormat: true);

    /// <summary>The same for a tool that shows no values.</summary>
    public static TraceProbeSyntax? ParseCondition(ShellWord word, List<Diagnostic> diagnostics) =>
        Parse(word, diagnostics, takesFormat: false);

    private static TraceProbeSyntax? Parse(ShellWord word, List<Diagnostic> diagnostics, bool takesFormat)
    {
        var found = diagnostics.Count;
        var probe = new TraceProbeParser(word, diagnostics, takesFormat).Parse();
        return diagnostics.Count == found ? probe : null;
    }

    private TraceProbeSyntax? Parse()
    {
        var source = SourceText.Of(_word);
        if (Place() is not var (place, isReturn, offset) || Tokenizer.Split(source, _end, _diagnostics) is not { } tokens)
        {
            return null;
        }

        var reader = new TokenReader(source, tokens, _diagnostics);
        var signature = IsSignature(reader) ? Signature(reader, place) : null;
        var predicate = reader.Current.Is("(") ? new ExpressionParser(reader).Parse() : null;
        var format = _takesFormat && reader.Current.Kind == TokenKind.String ? FormatParser.Parse(reader) : null;
        var values = format is null ? [] : Values(reader);
        if (reader.Current.Kind != TokenKind.End)
        {
            RefuseRest(reader, format is null);
        }

        return format is null || FormatChecker.CheckCount(format, values, _diagnostics)
            ? new TraceProbeSyntax(_word.SpanFrom(0), place, isReturn, offset, signature, predicate, format, values)
            : null;
    }

    /// <summary>The part before blanks, parentheses and quotes; null after a diagnostic.</summary>
    private (ProbeSyntax Place, bool IsReturn, int? Offset)? Place()
    {
        var text = _word.Text[_start.._end];
        var isReturn = text.StartsWith("r:", StringComparison.Ordinal) && text.AsSpan(2).Contains(':');
        var isFunction = text is not ['t' or 'u', ':', ..];
        // A file's name may have a plus too: p:/usr/lib/libstdc++.so.6:_Znwm.
        var plus = isFunction ? text.IndexOf('+', text.LastIndexOf(':') + 1) : -1;
        var offset = plus < 0 ? 0 : Offset(plus);
        var word = _word.Part(_start, plus < 0 ? _end : _start + plus);
        var place = ProbeParser.Parse(Entry(word, isReturn), isRegex: false, _diagnostics, "'p', 'r', 't' or 'u'");
        if (place is ProfileSyntax)
        {
            return Fail(
                place.Span,
                _takesFormat ? "a profile is no event" : "a profile has nothing that a condition could look at",
                _takesFormat
                    ? "trace takes functions, tracepoints and USDT probes; stackcount profiles"
                    : "-p limits it to a process, -c to a CPU");
        }

        if (place is null || offset is null)
        {
            return null;
        }

        var problem = offset == 0 ? null
            : isReturn ? "a function returns at no particular offset"
            : !place.Pattern.IsExact ? "an offset is one in a single function"
            : null;
        return problem is null
            ? (place, isReturn, offset == 0 ? null : offset)
            : Fail(_word.SpanOf(_start + plus, _end), problem, "leave out the offset");
    }

    /// <summary>The same place in the words of the other tools: <c>p:…</c> for <c>r:…</c> and <c>:…</c>.</summary>
    private static ShellWord Entry(ShellWord word, bool isReturn) =>
        isReturn ? word.WithStart(1, "p") : word.Text.StartsWith(':') ? word.WithStart(0, "p") : word;

    /// <summary>Decimal, or hexadecimal with 0x; null after a diagnostic.</summary>
    private int? Offset(int plus)
    {
        var text = _word.Text[(_start + plus + 1).._end];
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var (digits, style) = isHexadecimal ? (text[2..], NumberStyles.AllowHexSpecifier) : (text, NumberStyles.None);
        if (int.TryParse(digits, style, CultureInfo.InvariantCulture, out var offset) && offset >= 0)
        {
            return offset;
        }

        Fail(_word.SpanOf(_start + plus + 1, _end), $"'{text}' is not an offset", "as in kfree_skb+0x12 or kfree_skb+18");
        return null;
    }

    /// <summary>Whether what touches the place declares something.</summary>
    private bool IsSignature(TokenReader reader)
    {
        var (first, second) = (reader.Peek(1), reader.Peek(2));
        return reader.Current.Is("(") && reader.Current.Start == _end
            && (first.Is(")") || first.Is("...")
                || (first.Kind == TokenKind.Name && (TypeWords.IsLikely(first.Text)
                    || (second.Kind == TokenKind.Name && Operators.Find(second) is null)
                    || (second.Is("*") && IsDeclared(reader)))));
    }

    /// <summary><c>(a *b)</c> and <c>(a *b, …</c> are declarations, as for BCC; <c>(a * b > 5)</c> is none.</summary>
    private static bool IsDeclared(TokenReader reader)
    {
        var at = 2;
        while (reader.Peek(at).Is("*"))
        {
            at++;
        }

        at += reader.Peek(at).Kind == TokenKind.Name ? 1 : 0;
        return reader.Peek(at).Is(")") || reader.Peek(at).Is(",");
    }

    private static IReadOnlyList<ParameterSyntax>? Signature(TokenReader reader, ProbeSyntax place)
    {
        var open = reader.Current;
        var parameters = new TypeParser(reader).Parameters();
        if (place is TracepointSyntax or UsdtSyntax)
        {
            var hint = place is UsdtSyntax ? "its arguments are arg1, arg2 and so on" : "its fields are args->NAME";
            reader.Fail(
                open.Span,
                $"a {(place is UsdtSyntax ? "USDT probe" : "tracepoint")} has no signature",
                $"{hint}; before a predicate put a blank");
        }

        return parameters;
    }

    /// <summary>The values behind a format; the comma before the first may be left out, as in BCC.</summary>
    private static List<ExpressionSyntax> Values(TokenReader reader)
    {
        var values = new List<ExpressionSyntax>();
        var hasMore = reader.TryTake(",") || reader.Current.Kind != TokenKind.End;
        while (hasMore && !reader.Failed)
        {
            values.Add(new ExpressionParser(reader).Parse());
            hasMore = reader.TryTake(",");
        }

        return values;
    }

    private void RefuseRest(TokenReader reader, bool isBeforeFormat)
    {
        if (!_takesFormat)
        {
            RefuseFormat(reader);
            return;
        }

        if (isBeforeFormat)
        {
            const string hint = "behind the probe stand a (predicate) in parentheses, a \"format\" in quotes, and values with commas";
            reader.Fail(
                reader.Current.Span,
                $"'{reader.Current.Text}' is not expected here",
                Operators.Misspelt(reader.Current.Text) ?? hint);
        }
        else
        {
            reader.FailAtExtra();
        }
    }

    private static void RefuseFormat(TokenReader reader)
    {
        var isFormat = reader.Current.Kind == TokenKind.String;
        reader.Fail(
            reader.Current.Span,
            isFormat ? "stacks are counted here, without values" : $"'{reader.Current.Text}' is not expected here",
            isFormat ? "leave the format out; trace shows values, with -K and -U beside the stacks"
                : Operators.Misspelt(reader.Current.Text) ?? "behind the probe stands a (condition) in parentheses");
    }

    private (ProbeSyntax, bool, int?)? Fail(TextSpan span, string message, string hint)
    {
        _diagnostics.Add(new Diagnostic(span, message, hint));
        return null;
    }
}
