namespace BpfDashboard.Tracing.Specs;

/// <summary>From a command line to its tree: the first stage of the pipeline.</summary>
public static class Parser
{
    /// <summary>Longest command, in UTF-16 units.</summary>
    public const int MaxLength = 4096;

    /// <summary>Most words of a command.</summary>
    public const int MaxWords = 64;

    /// <summary>Most options, so that even <c>-TTT…</c> keeps within the words when it is written out.</summary>
    public const int MaxOptions = 30;

    private const string TooMuch = "paste only the command";

    /// <summary>
    /// Parses a command line, with or without the tool's name. Never throws; returns null exactly when it added to
    /// <paramref name="diagnostics"/>, then all mistakes of the stage it came to.
    /// </summary>
    public static CommandSyntax? Parse(string text, List<Diagnostic> diagnostics) =>
        Parse(text, ToolDefinitions.All, diagnostics);

    /// <inheritdoc cref="Parse(string, List{Diagnostic})"/>
    /// <param name="tools">The tools there are, the default one among them.</param>
    internal static CommandSyntax? Parse(
        string text, IReadOnlyList<ToolDefinition> tools, List<Diagnostic> diagnostics)
    {
        var found = diagnostics.Count;
        var words = Words(text, diagnostics);
        if (diagnostics.Count > found || CommandPrefix.Read(tools, words, diagnostics) is not var (tool, start))
        {
            return null;
        }

        var syntax = Command(tool, words, start, diagnostics);
        if (syntax.Find(OptionId.Help) is { } help)
        {
            // As in argparse, -h makes everything else optional, and its mistakes do not matter.
            diagnostics.RemoveRange(found, diagnostics.Count - found);
            return new CommandSyntax(tool, [help], []);
        }

        return diagnostics.Count == found ? syntax : null;
    }

    private static IReadOnlyList<ShellWord> Words(string text, List<Diagnostic> diagnostics)
    {
        if (text.Length > MaxLength)
        {
            var rest = TextSpan.Between(MaxLength, text.Length);
            diagnostics.Add(new Diagnostic(rest, $"a command has at most {MaxLength} characters", TooMuch));
            return [];
        }

        var words = ShellWords.Split(text, CommandPrefix.SkipPrompt(text), diagnostics);
        if (words.Count > MaxWords)
        {
            diagnostics.Add(new Diagnostic(words[MaxWords].Span, $"a command has at most {MaxWords} words", TooMuch));
        }

        return words;
    }

    private static CommandSyntax Command(
        ToolDefinition tool, IReadOnlyList<ShellWord> words, int start, List<Diagnostic> diagnostics)
    {
        var (options, patterns) = OptionParser.Parse(tool, words, start, diagnostics);
        if (options.Count > MaxOptions)
        {
            var extra = options[MaxOptions].Span;
            diagnostics.Add(new Diagnostic(extra, $"a command has at most {MaxOptions} options", TooMuch));
        }

        if (tool.Grammar == ProbeGrammar.Action)
        {
            return new CommandSyntax(tool, options, TraceParser.Probes(words, options, patterns, diagnostics));
        }

        if (tool.Grammar == ProbeGrammar.Specifiers)
        {
            return new CommandSyntax(tool, options, ArgdistParser.Specifiers(words, options, patterns, diagnostics));
        }

        if (patterns.Count == 0)
        {
            diagnostics.Add(MissingPattern(tool, words));
            return new CommandSyntax(tool, options, []);
        }

        var isRegex = options.Any(option => option.Definition.Id == OptionId.Regexp);
        var probe = tool.TakesCondition && !isRegex && StackProbeParser.Applies(patterns[0].Text)
            ? StackProbeParser.Parse(patterns[0], diagnostics)
            : ProbeParser.Parse(patterns[0], isRegex, diagnostics);
        if (patterns.Count > 1)
        {
            diagnostics.Add(SecondPattern(tool, options, patterns));
        }

        return new CommandSyntax(tool, options, probe is null ? [] : [probe]);
    }

    private static Diagnostic MissingPattern(ToolDefinition tool, IReadOnlyList<ShellWord> words)
    {
        var end = words.Count > 0 ? words[^1].Span.End : 0;
        var hint = $"for example: {tool.Name} 'vfs_*', or {tool.Name} c:malloc";
        return new Diagnostic(new TextSpan(end, 0), "what to count is missing", hint);
    }

    private static Diagnostic SecondPattern(
        ToolDefinition tool, IReadOnlyList<OptionSyntax> options, IReadOnlyList<ShellWord> patterns)
    {
        // As in funccount -d 10 f, where -d is the duration.
        var meantDuration = options.Any(option => option.Definition.Id == OptionId.Delimited)
            && OptionValues.IsNumber(patterns[0].Text);
        var hint = meantDuration ? "-d puts a delimiter between kernel and user stacks here; the duration is -D"
            : tool.TakesCondition && patterns[1].Text.StartsWith('(') ? "put the probe and its condition in quotes, as one word"
            : patterns.Count > 2
            ? "if a shell has put file names for a *, type the pattern itself, in quotes"
            : "for several names use a wildcard, 'vfs_*', or a regular expression, -r 'vfs_read|vfs_write'";
        return new Diagnostic(patterns[1].SpanFrom(0), $"{tool.Name} takes one pattern, this is a second", hint);
    }
}
