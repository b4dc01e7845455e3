using System.Text;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// Splits a pasted command line into words as a POSIX shell does. What a shell would do beyond that (pipes, variables,
/// substitutions) is a mistake here: only the tool itself is run, and no shell.
/// </summary>
internal sealed class ShellWords
{
    /// <summary>Why there are no pipes, variables and so on.</summary>
    internal const string OnlyTheTool = "only the tool itself is run here, without a shell";

    // A blank that does not break comes with text copied from a web page; nobody means it.
    private const string Separators = " \t\r\n\u00A0";

    private readonly string _text;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<ShellWord> _words = [];
    private readonly StringBuilder _word = new();
    private readonly List<TextSpan> _origins = [];
    private int _at;
    private int _wordStart;
    private bool _stopped;

    private ShellWords(string text, int start, List<Diagnostic> diagnostics) =>
        (_text, _at, _diagnostics) = (text, start, diagnostics);

    /// <summary>The words from <paramref name="start"/> on, as far as they make sense.</summary>
    public static IReadOnlyList<ShellWord> Split(string text, int start, List<Diagnostic> diagnostics)
    {
        var splitter = new ShellWords(text, start, diagnostics);
        splitter.Split();
        return splitter._words;
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private bool AtEnd => _at >= _text.Length || _stopped;

    private void Split()
    {
        while (SkipToWord())
        {
            ReadWord();
        }
    }

    /// <summary>Skips blanks, comments and continued line ends; false at the end of the command.</summary>
    private bool SkipToWord()
    {
        while (!AtEnd)
        {
            if (Current == '#')
            {
                SkipLine();
            }
            else if (AtContinuation)
            {
                SkipContinuation();
            }
            else if (Current == '\n' && _words.Count > 0)
            {
                ExpectNothingMore();
                return false;
            }
            else if (Separators.Contains(Current))
            {
                _at++;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void SkipLine()
    {
        while (!AtEnd && Current != '\n')
        {
            _at++;
        }
    }

    private bool AtContinuation =>
        Current == '\\' && (Next == '\n' || _text.AsSpan(_at + 1).StartsWith("\r\n", StringComparison.Ordinal));

    private void SkipContinuation()
    {
        _at = _text.IndexOf('\n', _at) + 1;

        // A terminal shows the continued line behind "> ", and that gets copied too.
        if (Current == '>' && Next == ' ')
        {
            _at += 2;
        }
    }

    /// <summary>After the end of the command's line only blank lines and comments may follow.</summary>
    private void ExpectNothingMore()
    {
        while (!AtEnd && (Separators.Contains(Current) || Current == '#'))
        {
            if (Current == '#')
            {
                SkipLine();
            }
            else
            {
                _at++;
            }
        }

        if (!AtEnd)
        {
            var end = _text.IndexOf('\n', _at);
            Report(
                TextSpan.Between(_at, end < 0 ? _text.Length : end),
                "one command at a time",
                @"end a line with \ if the command goes on in the next");
        }
    }

    private void ReadWord()
    {
        _wordStart = _at;
        _word.Clear();
        _origins.Clear();
        CheckStart();
        while (!AtEnd && !Separators.Contains(Current))
        {
            ReadPart();
        }

        // A word cut short by an operator may still be a word: vfs_read>out.
        if (!_stopped || _at > _wordStart)
        {
            _words.Add(new ShellWord(_word.ToString(), TextSpan.Between(_wordStart, _at), [.. _origins]));
        }
    }

    private void CheckStart()
    {
        if (Current is '\u2013' or '\u2014' or '\u2212')
        {
            Report(new TextSpan(_at, 1), "this is a dash, not the - of an option", "type a plain -");
        }

        if (Current == '~' && (Next == '/' || Next == '\0' || Separators.Contains(Next)))
        {
            Report(new TextSpan(_at, 1), "the server does not know your home directory", "write the path in full");
        }
    }

    private void ReadPart()
    {
        switch (Current)
        {
            case '\'':
                ReadSingleQuoted();
                break;
            case '"':
                ReadDoubleQuoted();
                break;
            case '\\' when AtContinuation:
                SkipContinuation();
                break;
            case '\\':
                ReadEscape();
                break;
            case '`' or '$' when ShellExpansion.Begins(Current, Next, isQuoted: false):
                ReadExpansion();
                break;
            case '\u2018' or '\u2019' or '\u201C' or '\u201D':
                ReadTypographicQuote();
                break;
            case '|' or '&' or ';' or '<' or '>' or '(' or ')':
                ReadOperator();
                break;
            default:
                Add(Current, _at, 1);
                _at++;
                break;
        }
    }

    // Only at the first of a word: its partner needs no message of its own.
    private void ReadTypographicQuote()
    {
        if (_text.AsSpan(_wordStart, _at - _wordStart).IndexOfAny("\u2018\u2019\u201C\u201D") < 0)
        {
            Report(new TextSpan(_at, 1), "this is a typographic quote, which quotes nothing", "type plain quotes: '…'");
        }

        Add(Current, _at++, 1);
    }

    private void Add(char c, int start, int length)
    {
        _word.Append(c);
        _origins.Add(new TextSpan(start, length));
    }

    private void ReadSingleQuoted()
    {
        var open = _at++;
        while (!AtEnd && Current != '\'')
        {
            Add(Current, _at++, 1);
        }

        Close(open);
    }

    private void ReadDoubleQuoted()
    {
        var open = _at++;
        while (!AtEnd && Current != '"')
        {
            if (AtContinuation)
            {
                _at = _text.IndexOf('\n', _at) + 1;
            }
            else if (Current == '\\' && Next is '"' or '\\' or '$' or '`')
            {
                ReadEscape();
            }
            else if (ShellExpansion.Begins(Current, Next, isQuoted: true))
            {
                ReadExpansion();
            }
            else
            {
                Add(Current, _at++, 1);
            }
        }

        Close(open);
    }

    private void Close(int open)
    {
        if (_at < _text.Length)
        {
            _at++;
        }
        else
        {
            var quote = _text[open];
            var hint = $"add the closing {quote}, or write \\{quote} if it belongs to the name";
            Report(new TextSpan(open, 1), "this quote is never closed", hint);
        }
    }

    private void ReadEscape()
    {
        if (_at + 1 < _text.Length)
        {
            Add(Next, _at, 2);
            _at += 2;
        }
        else
        {
            // As in a shell, a backslash at the very end stands for itself.
            Add('\\', _at++, 1);
        }
    }

    private void ReadExpansion()
    {
        var start = _at;
        var end = ShellExpansion.End(_text, start);
        var typed = _text[start..end];
        _at = end;
        _diagnostics.Add(ShellExpansion.Diagnose(typed, TextSpan.Between(start, end)));

        // A stand-in, so that what follows is read as it would be: -p $(pidof x) has its value.
        foreach (var c in typed)
        {
            Add(c, start, end - start);
        }
    }

    private void ReadOperator()
    {
        var isRegex = Current is '(' or ')' || (Current == '|' && _word.Length > 0 && IsWordCharacter(Next));
        if (isRegex)
        {
            ReadUnquotedRegex();
        }
        else
        {
            ReadCommandOperator();
        }
    }

    private static bool IsWordCharacter(char c) =>
        c is not ('\0' or '|' or '&' or ';' or '<' or '>') && !Separators.Contains(c);

    private void ReadUnquotedRegex()
    {
        var end = _at;
        while (end < _text.Length && !Separators.Contains(_text[end]))
        {
            end++;
        }

        var whole = _text[_wordStart..end];
        var hint = whole.Contains('\'') ? "put the whole word in single quotes" : $"put the word in quotes: '{whole}'";
        Report(new TextSpan(_at, 1), $"a shell would not take this '{Current}' as text", hint);
        while (_at < end)
        {
            Add(Current, _at++, 1);
        }
    }

    private void ReadCommandOperator()
    {
        var start = _at;
        while (Current is '|' or '&' or ';' or '<' or '>')
        {
            _at++;
        }

        var span = TextSpan.Between(start, _at);
        var typed = _text[start.._at];
        Report(span, $"'{typed}' has no meaning: {OnlyTheTool}", "leave out everything from here on");
        _at = start;
        _stopped = true;
    }

    private void Report(TextSpan span, string message, string hint) =>
        _diagnostics.Add(new Diagnostic(span, message, hint));
}
