namespace BpfDashboard.Tracing.Specs;

/// <summary>The specifiers of argdist's command, which are the values of its options -C and -H.</summary>
internal static class ArgdistParser
{
    private const string Example = "for example: argdist -C 'p:c:write(int fd):int:fd', or argdist -H 'r::vfs_read()'";

    /// <summary>The specifiers that make sense: those of -C first, as BCC prints them.</summary>
    public static IReadOnlyList<ProbeSyntax> Specifiers(
        IReadOnlyList<ShellWord> words,
        IReadOnlyList<OptionSyntax> options,
        IReadOnlyList<ShellWord> rest,
        List<Diagnostic> diagnostics)
    {
        var asked = options.Where(option => option.Definition.Id is OptionId.Count or OptionId.Histogram)
            .OrderBy(option => option.Definition.Id == OptionId.Histogram).ToList();
        if (rest.Count > 0)
        {
            diagnostics.Add(new Diagnostic(
                rest[0].SpanFrom(0), "argdist takes what to collect behind -C or -H",
                $"write -C {CommandPrinter.Quote(rest[0].Text)} to count values, or -H for a histogram"));
        }
        else if (asked.Count == 0)
        {
            var end = words.Count > 0 ? words[^1].Span.End : 0;
            diagnostics.Add(new Diagnostic(new TextSpan(end, 0), "what to collect is missing", Example));
        }

        if (options.LastOrDefault(option => option.Definition.Id == OptionId.Linear) is { } linear
            && !asked.Exists(option => option.Definition.Id == OptionId.Histogram))
        {
            diagnostics.Add(new Diagnostic(linear.Span, "--linear is for histograms, and there is none", "add one with -H"));
        }

        return
        [
            .. asked.Select(option => SpecifierProbeParser.Parse(
                    Word(words, option), option.Definition.Id == OptionId.Histogram, diagnostics))
                .OfType<ProbeSyntax>(),
        ];
    }

    /// <summary>The value of an option, with where its characters were typed: it is the end of a word.</summary>
    private static ShellWord Word(IReadOnlyList<ShellWord> words, OptionSyntax option)
    {
        var value = option.Value ?? "";
        var word = words.First(word => word.Span.Start <= option.ValueSpan.Start && option.ValueSpan.End <= word.Span.End);
        return word.Part(word.Text.Length - value.Length, word.Text.Length);
    }
}
