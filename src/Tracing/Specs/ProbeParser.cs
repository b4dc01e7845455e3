namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// The grammar of one probe: <c>function</c>, <c>target:function</c>, <c>p:[target]:function</c>,
/// <c>t:category:event</c>, <c>u:target:[provider:]probe</c>, <c>profile:99hz</c>.
/// </summary>
internal sealed class ProbeParser
{
    /// <summary>Longest pattern, in UTF-16 units.</summary>
    public const int MaxPattern = 256;

    private readonly ShellWord _word;
    private readonly PatternKind _kind;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<Range> _parts;
    private readonly string _types;

    private ProbeParser(ShellWord word, bool isRegex, List<Diagnostic> diagnostics, string types)
    {
        (_word, _diagnostics, _types) = (word, diagnostics, types);
        _kind = isRegex ? PatternKind.Regex : PatternKind.Wildcard;
        _parts = isRegex ? RegexSyntax.SplitAtColons(word.Text) : SplitAtColons(word.Text);
    }

    /// <summary>The probe a word describes, or null after a diagnostic.</summary>
    /// <param name="types">The types that a tool's probes have, for messages.</param>
    public static ProbeSyntax? Parse(
        ShellWord word, bool isRegex, List<Diagnostic> diagnostics, string types = "'p', 't' or 'u'")
    {
        var found = diagnostics.Count;
        var probe = new ProbeParser(word, isRegex, diagnostics, types).Parse();
        return diagnostics.Count == found ? probe : null;
    }

    private ProbeSyntax? Parse() => _parts.Count switch
    {
        _ when IsBracketedTracepoint => new TracepointSyntax(Whole, Pattern(1, "category:event", "sched:.*")),
        2 or 3 when Text(0) == ProfileParser.Keyword => Profile(),
        1 => new KernelFunctionSyntax(Whole, Pattern(0, "a function's name", "vfs_read")),
        2 => new UserFunctionSyntax(Whole, Target(0..1, $"for a kernel function write {Text(1)} alone"), Function(1)),
        _ => Text(0) switch
        {
            "p" => Function(),
            "t" => Tracepoint(),
            "u" => Usdt(),
            _ => WrongType(),
        },
    };

    /// <summary>
    /// <c>-r 't:(sched:sched_switch|irq:.*)'</c>: the colons that divide category and event are inside brackets. The
    /// names of functions have none, so nothing else can be meant.
    /// </summary>
    private bool IsBracketedTracepoint => _parts.Count == 2 && Text(0) == "t" && Text(1).Contains(':');

    private ProfileSyntax? Profile()
    {
        var rest = _parts[1].Start.._parts[^1].End;
        if (ProfileParser.Hertz(_word.Text[rest]) is { } hertz)
        {
            return new ProfileSyntax(Whole, new PatternSyntax(PatternKind.Wildcard, $"{hertz}hz", Span(rest)), hertz);
        }

        Report(Span(rest), ProfileParser.Problem(_word.Text[rest]), ProfileParser.Hint(_word.Text[rest]));
        return null;
    }

    private ProbeSyntax? Function()
    {
        if (_parts.Count == 3 && Text(1).Length == 0)
        {
            return new KernelFunctionSyntax(Whole, Function(2));
        }

        const string hint = "for a kernel function write p::FUNCTION";
        return AtMost(3, isPath: true)
            ? new UserFunctionSyntax(Whole, Target(1..^1, hint), Function(_parts.Count - 1))
            : null;
    }

    /// <summary>Category and event are one pattern, so that a <c>*</c> may stand for the colon too.</summary>
    private TracepointSyntax? Tracepoint()
    {
        if (!AtMost(3, isPath: false))
        {
            return null;
        }

        RequirePart(1, "the category is missing", "as in t:sched:sched_switch; t:*:EVENT means any category");
        RequirePart(2, "the event is missing", $"as in t:{Or(Text(1), "sched")}:*, which means every event of it");
        return new TracepointSyntax(Whole, Pattern(1, "category:event", "sched:sched_switch"));
    }

    private UsdtSyntax? Usdt()
    {
        if (!AtMost(4, isPath: true))
        {
            return null;
        }

        var hasProvider = _parts.Count > 3;
        var target = Target(1..(hasProvider ? ^2 : ^1), ForExample("u"));
        var provider = hasProvider ? Provider(_parts.Count - 2) : null;
        return new UsdtSyntax(Whole, target, provider, Pattern(_parts.Count - 1, "a USDT probe's name", "*"));
    }

    private NameSyntax Provider(int part)
    {
        const string hint = "leave the provider out to mean any: u:TARGET:PROBE";
        RequirePart(part, "the provider is missing", hint);
        RefuseStar(_parts[part], "a provider is one name, not a pattern", hint);
        return new NameSyntax(Text(part), Span(_parts[part]));
    }

    /// <summary>More parts than the grammar has are only right where a path contains colons.</summary>
    private bool AtMost(int count, bool isPath)
    {
        if (_parts.Count <= count || (isPath && Text(1..^(count - 2)).Contains('/')))
        {
            return true;
        }

        var extra = TextSpan.Between(Span(_parts[count]).Start, Whole.End);
        Report(extra, $"{Text(0)}: takes at most {count} parts between colons", ForExample(Text(0)));
        return false;
    }

    private ProbeSyntax? WrongType()
    {
        Report(Span(_parts[0]), $"the type must be {_types}, not '{Text(0)}'", TypeHint());
        return null;
    }

    private string TypeHint() => Text(0) switch
    {
        "" => $"for a kernel function write p::{Text(2)}, or {Text(2)} alone",
        "r" => $"a function returns as often as it is called: count its calls with {Join("p", 1)}",
        "kprobe" or "kretprobe" or "fentry" or "fexit" or "k" => $"for a kernel function write {Text(^1)}",
        "tracepoint" or "tp" or "rawtracepoint" => $"write {Join("t", 1)}",
        "uprobe" or "uretprobe" => $"write {Join("p", 1)}",
        "usdt" => $"write {Join("u", 1)}",
        var path when path.Contains('/') => $"a path with a colon needs the type before it: p:{_word.Text}",
        _ => "t:CATEGORY:EVENT is a tracepoint, u:TARGET:PROBE a USDT probe, TARGET:FUNCTION a function",
    };

    private string Join(string type, int from) => $"{type}:{_word.Text[_parts[from].Start..]}";

    private static string ForExample(string type) => type switch
    {
        "t" => "as in t:sched:sched_switch",
        "u" => "as in u:pthread:mutex_entry, or with the provider u:pthread:libpthread:mutex_entry",
        _ => "as in p:c:malloc",
    };

    private NameSyntax Target(Range parts, string hint)
    {
        var (start, length) = parts.GetOffsetAndLength(_parts.Count);
        var range = _parts[start].Start.._parts[start + length - 1].End;
        if (_word.Text[range].Length == 0)
        {
            Report(Span(range), "the library or program is missing", hint);
        }

        RefuseStar(range, "the library or program is one file, not a pattern", "only the last part may contain a *");
        return new NameSyntax(_word.Text[range], Span(range));
    }

    private void RefuseStar(Range range, string message, string hint)
    {
        var star = _word.Text[range].IndexOf('*');
        if (star >= 0)
        {
            var at = range.Start.Value + star;
            Report(_word.SpanOf(at, at + 1), message, hint);
        }
    }

    private PatternSyntax Function(int part) => Pattern(part, "the function's name", "*");

    /// <summary>The pattern from a part to the end of the word.</summary>
    private PatternSyntax Pattern(int part, string what, string example)
    {
        var range = _parts[part].Start..;
        var text = _word.Text[range];
        if (text.Length == 0)
        {
            Report(Span(range), $"{what} is missing", $"as in {_word.Text}{example}");
        }
        else if (text.Length > MaxPattern)
        {
            var extra = _word.SpanFrom(_parts[part].Start.Value + MaxPattern);
            Report(extra, $"a pattern has at most {MaxPattern} characters", "use a * or a regular expression (-r)");
        }
        else if (_kind == PatternKind.Regex && RegexSyntax.Check(text) is var (offset, length, message, hint))
        {
            var start = _parts[part].Start.Value + offset;
            Report(_word.SpanOf(start, start + length), message, hint);
        }

        return new PatternSyntax(_kind, text, Span(range));
    }

    private void RequirePart(int part, string message, string hint)
    {
        if (Text(part).Length == 0)
        {
            Report(Span(_parts[part]), message, hint);
        }
    }

    private TextSpan Whole => _word.SpanFrom(0);

    private string Text(Index part) => _word.Text[_parts[part]];

    private string Text(Range parts)
    {
        var (start, length) = parts.GetOffsetAndLength(_parts.Count);
        return length > 0 ? _word.Text[_parts[start].Start.._parts[start + length - 1].End] : "";
    }

    private TextSpan Span(Range range)
    {
        var (start, length) = range.GetOffsetAndLength(_word.Text.Length);
        return _word.SpanOf(start, start + length);
    }

    private static string Or(string text, string other) => text.Length > 0 ? text : other;

    private static List<Range> SplitAtColons(string text)
    {
        var parts = new List<Range>();
        foreach (var range in text.AsSpan().Split(':'))
        {
            parts.Add(range);
        }

        return parts;
    }

    private void Report(TextSpan span, string message, string hint) =>
        _diagnostics.Add(new Diagnostic(span, message, hint));
}
