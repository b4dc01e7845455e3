using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Expressions;

/// <summary>Cuts a text into words of C. Stops at the first thing that is none.</summary>
internal sealed class Tokenizer
{
    // The longest first, so that each is found whole.
    private static readonly string[] Signs =
    [
        "<<=", ">>=", "...", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=",
        "%=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "?", ":", ".", ",", "(",
        ")", "[", "]", "@", "{", "}", ";",
    ];

    private readonly SourceText _source;
    private readonly string _text;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<Token> _tokens = [];
    private int _at;

    private Tokenizer(SourceText source, int start, List<Diagnostic> diagnostics) =>
        (_source, _text, _at, _diagnostics) = (source, source.Text, start, diagnostics);

    /// <summary>The words from <paramref name="start"/> on, the last of which is the end; null after a diagnostic.</summary>
    public static IReadOnlyList<Token>? Split(SourceText source, int start, List<Diagnostic> diagnostics) =>
        new Tokenizer(source, start, diagnostics).Split();

    private List<Token>? Split()
    {
        while (SkipBlanks())
        {
            var start = _at;
            if (Next() is not { } kind)
            {
                return null;
            }

            Add(kind, start);
        }

        Add(TokenKind.End, _at);
        return _tokens;
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private void Add(TokenKind kind, int start) =>
        _tokens.Add(new Token(kind, _text[start.._at], start, _at, _source.SpanOf(start, _at)));

    private bool SkipBlanks()
    {
        while (_at < _text.Length && (char.IsWhiteSpace(Current) || Current == '\u00A0'))
        {
            _at++;
        }

        return _at < _text.Length;
    }

    private TokenKind? Next() => Current switch
    {
        '"' => Quoted('"', TokenKind.String),
        '\'' => Quoted('\'', TokenKind.Character),
        '.' when _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]) => Number(),
        var c when char.IsAsciiDigit(c) => Number(),
        var c when IsLetter(c) || c == '$' => Name(),
        _ => Sign(),
    };

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    private TokenKind Name()
    {
        _at++;
        SkipName();
        return TokenKind.Name;
    }

    private void SkipName()
    {
        while (IsLetter(Current) || char.IsAsciiDigit(Current))
        {
            _at++;
        }
    }

    /// <summary>As the preprocessor of C cuts it, but 0xe+1 is a sum; whether it is a number is decided later.</summary>
    private TokenKind Number()
    {
        var isHexadecimal = _text.AsSpan(_at).StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        while (IsLetter(Current) || char.IsAsciiDigit(Current) || Current == '.'
            || (Current is '+' or '-' && !isHexadecimal && _text[_at - 1] is 'e' or 'E'))
        {
            _at++;
        }

        return TokenKind.Number;
    }

    private TokenKind? Quoted(char quote, TokenKind kind)
    {
        var start = _at++;
        while (_at < _text.Length && Current != quote)
        {
            _at += Current == '\\' && _at + 1 < _text.Length ? 2 : 1;
        }

        if (_at < _text.Length)
        {
            _at++;
            return kind;
        }

        return Refuse(start, start + 1, "this quote is never closed", $"add the closing {quote}; inside write \\{quote}");
    }

    private TokenKind? Sign()
    {
        foreach (var sign in Signs)
        {
            if (_text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
            {
                _at += sign.Length;
                return TokenKind.Sign;
            }
        }

        var length = char.IsSurrogatePair(_text, _at) ? 2 : 1;
        return Current switch
        {
            '\u2018' or '\u2019' or '\u201C' or '\u201D' =>
                Refuse(_at, _at + 1, "this is a typographic quote, which quotes nothing", "type plain quotes: \"…\""),
            '\u2013' or '\u2014' or '\u2212' => Refuse(_at, _at + 1, "this is a dash, not a minus", "type a plain -"),
            '\\' => Refuse(
                _at,
                _at + 1,
                "a backslash has a meaning only in quotes",
                "in single quotes a shell leaves \" as it is"),
            _ => Refuse(_at, _at + length, "this character has no meaning here", "expressions are those of C"),
        };
    }

    private TokenKind? Refuse(int start, int end, string message, string hint)
    {
        _diagnostics.Add(new Diagnostic(_source.SpanOf(start, end), message, hint));
        return null;
    }
}
