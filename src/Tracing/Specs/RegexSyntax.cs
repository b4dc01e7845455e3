using System.Text.RegularExpressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// The regular expressions of <c>-r</c>: .NET's, without what needs backtracking, so that no pattern of a user can
/// make the server spend exponential time. .NET also refuses those whose automaton would have over 10,000 nodes.
/// </summary>
internal static partial class RegexSyntax
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>A matcher for the pattern at the start of a name, or for the whole of it.</summary>
    /// <exception cref="ArgumentException">No regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking, or is too large.</exception>
    public static Regex Compile(string pattern, bool wholeName) =>
        new(wholeName ? $@"\A(?:{pattern})\z" : $@"\A(?:{pattern})", Options);

    /// <summary>What is wrong with a pattern and where in it, or null.</summary>
    public static (int Offset, int Length, string Message, string Hint)? Check(string pattern)
    {
        try
        {
            // Alone first: inside our brackets the same mistake would be found at another place.
            _ = new Regex(pattern, Options);
            Compile(pattern, wholeName: true);
            return null;
        }
        catch (RegexParseException mistake) when (mistake.Offset <= pattern.Length)
        {
            return Describe(pattern, mistake);
        }
        catch (RegexParseException)
        {
            // Only our closing bracket is missing: a comment, (?x)#, has swallowed it.
            return (0, pattern.Length, "a regular expression must not end in a comment", "leave the comment out");
        }
        catch (NotSupportedException)
        {
            return Unsupported(pattern);
        }
    }

    /// <summary>The parts of a probe; colons inside (), [] and {} belong to the regular expression.</summary>
    public static List<Range> SplitAtColons(string text)
    {
        var parts = new List<Range>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    i = EndOfClass(text, i);
                    break;
                case '(' or '{':
                    depth++;
                    break;
                case ')' or '}':
                    depth = Math.Max(0, depth - 1);
                    break;
                case ':' when depth == 0:
                    parts.Add(start..i);
                    start = i + 1;
                    break;
            }
        }

        parts.Add(start..text.Length);
        return parts;
    }

    /// <summary>Where the class opened at <paramref name="open"/> closes; a ] right at its start is a member.</summary>
    private static int EndOfClass(string text, int open)
    {
        var i = open + 1;
        i += i < text.Length && text[i] == '^' ? 1 : 0;
        for (var first = i; i < text.Length && (text[i] != ']' || i == first); i++)
        {
            i += text[i] == '\\' ? 1 : 0;
        }

        return i;
    }

    private static (int, int, string, string) Describe(string pattern, RegexParseException mistake)
    {
        // The offset is behind the character that is wrong, and at the end if one is missing.
        var isMissing = mistake.Error is RegexParseError.InsufficientClosingParentheses
            or RegexParseError.UnterminatedBracket or RegexParseError.UnescapedEndingBackslash;
        var offset = isMissing ? pattern.Length : Math.Max(0, mistake.Offset - 1);
        var length = Math.Min(isMissing ? 0 : 1, pattern.Length - offset);
        var hint = mistake.Error switch
        {
            RegexParseError.QuantifierAfterNothing => "with -r, any characters are .*",
            _ when isMissing => @"complete it, or write \ before a bracket that stands for itself",
            _ => @"write \ before a character that stands for itself",
        };
        return (offset, length, $"not a regular expression: {Reason(mistake)}", hint);
    }

    /// <summary>The end of "Invalid pattern '(a' at offset 2. Not enough )'s."</summary>
    private static string Reason(RegexParseException mistake)
    {
        var marker = $" at offset {mistake.Offset}. ";
        var at = mistake.Message.LastIndexOf(marker, StringComparison.Ordinal);
        var reason = mistake.Message[(at < 0 ? 0 : at + marker.Length)..].TrimEnd('.');
        return char.ToLowerInvariant(reason[0]) + reason[1..];
    }

    private static (int, int, string, string) Unsupported(string pattern)
    {
        var construct = NeedsBacktracking().Match(pattern);
        return construct.Success
            ? (construct.Index, construct.Length, $"{Name(construct.Value)} are not supported", "use alternatives: a|b")
            : (0, pattern.Length, "this regular expression is too large", "use smaller repetition counts");
    }

    private static string Name(string construct) => construct switch
    {
        "(?=" or "(?!" or "(?<=" or "(?<!" => "lookahead and lookbehind",
        "(?>" => "atomic groups",
        "(?(" => "conditional groups",
        @"\G" => "anchors at the last match",
        _ => "back-references",
    };

    [GeneratedRegex(@"\(\?(?:<?[=!]|>|\()|\\(?:[1-9]\d*|k(?:<\w*>|'\w*')|G)", RegexOptions.CultureInvariant)]
    private static partial Regex NeedsBacktracking();
}
