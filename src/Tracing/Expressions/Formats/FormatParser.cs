using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Expressions.Formats;

/// <summary>Reads formats: C's conversions of integers, texts and pointers, BCC's %K and %U, and %v for whole values.</summary>
internal sealed class FormatParser
{
    /// <summary>Longest width or precision.</summary>
    public const int MaxWidth = 1000;

    private const string FlagLetters = "-+ #0";
    private const string ConversionLetters = "diuxXocspKUv";

    private readonly TokenReader _reader;
    private readonly Token _token;
    private readonly Unescaped _text;
    private readonly List<FormatPiece> _pieces = [];
    private int _at;

    private FormatParser(TokenReader reader, Token token, Unescaped text) => (_reader, _token, _text) = (reader, token, text);

    /// <summary>The format that stands at the reader's place, which must be a text in quotes; null after a diagnostic.</summary>
    public static FormatSyntax? Parse(TokenReader reader)
    {
        var token = reader.Take();
        return reader.Unescape(token) is { } text ? new FormatParser(reader, token, text).Parse() : null;
    }

    /// <summary>The letters of flags.</summary>
    public static string Letters(FormatOptions flags) =>
        string.Concat(FlagLetters.Where((_, i) => flags.HasFlag((FormatOptions)(1 << i))));

    private FormatSyntax? Parse()
    {
        while (_at < _text.Bytes.Count && !_reader.Failed)
        {
            if (Current == '%' && Peek(1) != '%')
            {
                Conversion();
            }
            else
            {
                Literal();
            }
        }

        return _reader.Failed ? null : new FormatSyntax(_token.Span, _pieces);
    }

    private char Current => Peek(0);

    private char Peek(int ahead) => _at + ahead < _text.Bytes.Count ? (char)_text.Bytes[_at + ahead] : '\0';

    private void Literal()
    {
        var start = _at;
        var bytes = new List<byte>();
        while (_at < _text.Bytes.Count && (Current != '%' || Peek(1) == '%'))
        {
            bytes.Add(_text.Bytes[_at]);
            _at += Current == '%' ? 2 : 1;
        }

        _pieces.Add(new LiteralSyntax(Span(start), bytes));
    }

    private void Conversion()
    {
        var start = _at++;
        var flags = Flags();
        var width = Number(start) ?? 0;
        var precision = default(int?);
        if (Current == '.')
        {
            _at++;
            precision = Number(start) ?? 0;
        }

        var length = Length();
        var letter = Current;
        if (ConversionLetters.Contains(letter))
        {
            _at++;
            _pieces.Add(new ConversionSyntax(Span(start), flags, width, precision, length, letter));
        }
        else
        {
            _at += _at < _text.Bytes.Count && char.IsAscii(letter) ? 1 : 0;
            _reader.Fail(Span(start), $"'{Text(start)}' is not a conversion", Hint(letter));
        }
    }

    private FormatOptions Flags()
    {
        var flags = FormatOptions.None;
        while (FlagLetters.IndexOf(Current) is >= 0 and var flag)
        {
            flags |= (FormatOptions)(1 << flag);
            _at++;
        }

        return flags;
    }

    private int? Number(int start)
    {
        var number = default(int?);
        while (char.IsAsciiDigit(Current))
        {
            number = Math.Min(((number ?? 0) * 10) + Current - '0', MaxWidth + 1);
            _at++;
        }

        if (number > MaxWidth)
        {
            _reader.Fail(Span(start), $"at most {MaxWidth} characters wide", null);
        }

        return number;
    }

    private string Length()
    {
        var length = (Current, Peek(1)) switch
        {
            ('h', 'h') => "hh",
            ('l', 'l') => "ll",
            ('h' or 'l' or 'z' or 'j' or 't', _) => $"{Current}",
            _ => "",
        };
        _at += length.Length;
        return length;
    }

    private static string Hint(char letter) => letter switch
    {
        '\0' => "%% prints a %",
        '*' => "write the width as a number",
        'f' or 'F' or 'e' or 'E' or 'g' or 'G' or 'a' or 'A' or 'L' => "floating point is not there in the kernel; %d prints a whole number",
        'n' => "nothing can be written to",
        'D' => "write %d, or %lld for 64 bits",
        'S' => "write %s",
        'k' => "%K prints a symbol of the kernel",
        _ => "there are %d %i %u %x %X %o %c %s %p, %K and %U for symbols, %v for any value; %% prints a %",
    };

    private TextSpan Span(int start) => _reader.SpanWithin(_token, Offset(start), Offset(_at) - Offset(start));

    private int Offset(int at) => at < _text.Places.Count ? _text.Places[at] : _token.Text.Length - 1;

    private string Text(int start) => _token.Text[Offset(start)..Offset(_at)];
}
