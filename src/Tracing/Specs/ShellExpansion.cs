namespace BpfDashboard.Tracing.Specs;

/// <summary>What a shell would replace: <c>`…`</c>, <c>$(…)</c>, <c>${…}</c>, <c>$NAME</c>, <c>$?</c>.</summary>
internal static class ShellExpansion
{
    /// <summary>Whether one begins with these two characters. Quotes after a $ are special only outside of quotes.</summary>
    public static bool Begins(char current, char next, bool isQuoted) =>
        current == '`'
        || (current == '$' && (char.IsAsciiLetterOrDigit(next) || "_({?$!@*#-".Contains(next)))
        || (current == '$' && !isQuoted && next is '\'' or '"');

    /// <summary>The position behind the one that begins at <paramref name="start"/>.</summary>
    public static int End(string text, int start)
    {
        var next = start + 1 < text.Length ? text[start + 1] : '\0';
        return (text[start], next) switch
        {
            ('`', _) => Behind(text, '`', start + 1),
            (_, '(') => Behind(text, ')', start + 2),
            (_, '{') => Behind(text, '}', start + 2),
            (_, '\'' or '"') => Behind(text, next, start + 2),
            (_, '_') => EndOfName(text, start + 1),
            _ when char.IsAsciiLetter(next) => EndOfName(text, start + 1),
            _ => start + 2,
        };
    }

    /// <summary>Why <paramref name="typed"/> cannot be, and what to type instead.</summary>
    public static Diagnostic Diagnose(string typed, TextSpan span) => typed switch
    {
        ['$', '\'' or '"', ..] => new(span, "this kind of quoting is not supported", "use plain single quotes: '…'"),
        ['`', ..] or ['$', '(', ..] => new(span, $"no other command is run: {ShellWords.OnlyTheTool}", Output(typed)),
        "$$" or "$!" => new(span, $"variables are not replaced: {ShellWords.OnlyTheTool}", NumberOfProcess),
        _ => new(
            span,
            $"variables are not replaced: {ShellWords.OnlyTheTool}",
            "put its value here; for a $ itself use single quotes: '$'"),
    };

    private const string NumberOfProcess = "put the number of the process here";

    private static string Output(string command) =>
        command.Contains("pidof") || command.Contains("pgrep") ? NumberOfProcess : "put what it prints here";

    private static int EndOfName(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end;
    }

    private static int Behind(string text, char close, int from)
    {
        var end = text.IndexOf(close, from);
        return end < 0 ? text.Length : end + 1;
    }
}
