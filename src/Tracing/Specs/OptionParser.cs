namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// Tells options from patterns as Python's argparse does, which all four tools use: flags may be joined (<c>-Ti5</c>),
/// long names cut short (<c>--int 5</c>), options and patterns mixed, and <c>--</c> ends the options.
/// </summary>
internal sealed class OptionParser
{
    private readonly ToolDefinition _tool;
    private readonly IReadOnlyList<ShellWord> _words;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<OptionSyntax> _options = [];
    private readonly List<ShellWord> _patterns = [];
    private int _at;

    private OptionParser(
        ToolDefinition tool, IReadOnlyList<ShellWord> words, int start, List<Diagnostic> diagnostics) =>
        (_tool, _words, _at, _diagnostics) = (tool, words, start, diagnostics);

    /// <summary>The options, with values that make sense, and all other words.</summary>
    public static (IReadOnlyList<OptionSyntax> Options, IReadOnlyList<ShellWord> Patterns) Parse(
        ToolDefinition tool, IReadOnlyList<ShellWord> words, int start, List<Diagnostic> diagnostics)
    {
        var parser = new OptionParser(tool, words, start, diagnostics);
        parser.Parse();
        return (parser._options, parser._patterns);
    }

    private void Parse()
    {
        while (_at < _words.Count)
        {
            var word = _words[_at++];
            if (word.Text == "--")
            {
                _patterns.AddRange(_words.Skip(_at));
                return;
            }

            ParseWord(word);
        }
    }

    private void ParseWord(ShellWord word)
    {
        if (word.Text.StartsWith("--", StringComparison.Ordinal))
        {
            ParseLong(word);
        }
        else if (word.Text.Length > 1 && word.Text[0] == '-')
        {
            ParseShort(word);
        }
        else
        {
            _patterns.Add(word);
        }
    }

    private void ParseLong(ShellWord word)
    {
        var equals = word.Text.IndexOf('=');
        var end = equals < 0 ? word.Text.Length : equals;
        var flag = word.SpanOf(0, end);
        if (FindLong(word.Text[2..end], flag) is not { } option)
        {
            SkipValueOfUnknown();
        }
        else if (equals < 0)
        {
            AddWithNextWord(option, flag);
        }
        else if (option.Argument == OptionArgument.None)
        {
            Report(word.SpanFrom(equals), $"--{option.Name} takes no value", $"write --{option.Name} alone");
        }
        else
        {
            Add(option, flag, word.Text[(equals + 1)..], word.SpanFrom(equals + 1));
        }
    }

    private OptionDefinition? FindLong(string name, TextSpan span)
    {
        var candidates = _tool.Options.Where(option => option.Name.StartsWith(name, StringComparison.Ordinal)).ToList();
        if (candidates.Find(option => option.Name == name) is { } exact)
        {
            return exact;
        }

        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        if (candidates.Count > 1)
        {
            var names = string.Join(" or ", candidates.Select(option => $"--{option.Name}"));
            Report(span, $"--{name} may be short for several options", $"write {names}");
        }
        else
        {
            ReportUnknown(span, $"--{name}", NearestLong(name));
        }

        return null;
    }

    private string? NearestLong(string name) =>
        Suggestions.Nearest(name, _tool.Options.Select(option => option.Name), 1) is [var nearest]
            ? $"did you mean --{nearest}?"
            : null;

    private void ParseShort(ShellWord word)
    {
        for (var i = 1; i < word.Text.Length; i++)
        {
            var flag = i == 1 ? word.SpanOf(0, 2) : word.SpanOf(i, i + 1);
            if (FindShort(word, i, flag) is not { } option)
            {
                SkipValueOfUnknown();
                return;
            }

            if (option.Argument != OptionArgument.None)
            {
                AddWithRest(option, flag, word, i + 1);
                return;
            }

            Add(option, flag);
        }
    }

    private OptionDefinition? FindShort(ShellWord word, int at, TextSpan flag)
    {
        var letter = word.Text[at];
        if (_tool.Options.FirstOrDefault(option => option.Letter == letter) is { } option
            && !(at == 1 && IsLongWithOneDash(word)))
        {
            return option;
        }

        if (IsLongWithOneDash(word))
        {
            ReportUnknown(word.SpanFrom(0), word.Text, $"a long option has two dashes: -{word.Text}");
        }
        else
        {
            ReportUnknown(flag, $"-{letter}", NearestShort(letter));
        }

        return null;
    }

    /// <summary>As in <c>-pid 5</c>, which argparse takes for <c>-p id</c>.</summary>
    private bool IsLongWithOneDash(ShellWord word) => _tool.Options.Any(option => option.Name == word.Text[1..]);

    private string? NearestShort(char letter)
    {
        var other = char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter);
        return _tool.Options.FirstOrDefault(option => option.Letter == other) is { } option
            ? $"-{other} is --{option.Name}: {option.Help}"
            : null;
    }

    /// <summary>The value is the rest of the word (<c>-i5</c>, <c>-i=5</c>), else the next word.</summary>
    private void AddWithRest(OptionDefinition option, TextSpan flag, ShellWord word, int rest)
    {
        if (rest < word.Text.Length)
        {
            var start = word.Text[rest] == '=' ? rest + 1 : rest;
            Add(option, flag, word.Text[start..], word.SpanFrom(start));
        }
        else
        {
            AddWithNextWord(option, flag);
        }
    }

    private void AddWithNextWord(OptionDefinition option, TextSpan flag)
    {
        if (option.Argument == OptionArgument.None)
        {
            Add(option, flag);
        }
        else if (_at < _words.Count && CanBeValue(_words[_at].Text))
        {
            var value = _words[_at++];
            Add(option, flag, value.Text, value.SpanFrom(0));
        }
        else
        {
            var example = $"{option.Flag} {OptionValues.Example(option)}";
            Report(flag, $"{Name(option)} needs a value", $"for example: {example}");
        }
    }

    /// <summary>A negative number is a value (and refused as one), any other word with a dash is an option.</summary>
    private static bool CanBeValue(string word) =>
        !word.StartsWith('-') || (word.Length > 1 && (char.IsAsciiDigit(word[1]) || word[1] == '.'));

    // Else the value would be taken for a pattern, and one mistake be reported as two.
    private void SkipValueOfUnknown()
    {
        if (_at < _words.Count && OptionValues.IsNumber(_words[_at].Text))
        {
            _at++;
        }
    }

    private void Add(OptionDefinition option, TextSpan flag) =>
        _options.Add(new OptionSyntax(option, null, flag, new TextSpan(flag.End, 0)));

    private void Add(OptionDefinition option, TextSpan flag, string value, TextSpan span)
    {
        if (OptionValues.Check(option, value) is var (message, hint))
        {
            Report(span, message, hint);
        }
        else
        {
            _options.Add(new OptionSyntax(option, value, flag, span));
        }
    }

    private void ReportUnknown(TextSpan span, string option, string? hint) =>
        Report(span, $"{_tool.Name} has no option {option}", hint ?? $"{_tool.Name} -h lists the options");

    private static string Name(OptionDefinition option) =>
        option.Letter is null ? option.Flag : $"{option.Flag} (--{option.Name})";

    private void Report(TextSpan span, string message, string hint) =>
        _diagnostics.Add(new Diagnostic(span, message, hint));
}
