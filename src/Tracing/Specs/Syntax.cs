namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// A command line as it was typed: tool, options, probes. One tree serves all four tools; a tool with richer
/// probes (signatures, predicates, formats) adds optional parts to <see cref="ProbeSyntax"/>.
/// </summary>
/// <remarks><see cref="object.ToString"/> prints the canonical command line, which parses back to an equal tree.</remarks>
public sealed record CommandSyntax(
    ToolDefinition Tool, IReadOnlyList<OptionSyntax> Options, IReadOnlyList<ProbeSyntax> Probes)
{
    /// <summary>The option with this meaning that was given last, as in argparse, or null.</summary>
    public OptionSyntax? Find(OptionId id) => Options.LastOrDefault(option => option.Definition.Id == id);

    /// <summary>Whether an option with this meaning was given.</summary>
    public bool Has(OptionId id) => Find(id) is not null;

    /// <inheritdoc/>
    public override string ToString() => CommandPrinter.Print(this);
}

/// <summary>One option and its value; <see cref="Span"/> covers the flag, <see cref="ValueSpan"/> the value.</summary>
public sealed record OptionSyntax(OptionDefinition Definition, string? Value, TextSpan Span, TextSpan ValueSpan);

/// <summary>A name that is taken literally: a library, a path, a USDT provider.</summary>
public sealed record NameSyntax(string Text, TextSpan Span);

/// <summary>How <see cref="PatternSyntax.Text"/> is to be matched.</summary>
public enum PatternKind
{
    /// <summary>Literal text in which <c>*</c> stands for any run of characters.</summary>
    Wildcard,

    /// <summary>A regular expression (<c>-r</c>).</summary>
    Regex,
}

/// <summary>The part of a probe that may match many names.</summary>
public sealed record PatternSyntax(PatternKind Kind, string Text, TextSpan Span)
{
    /// <summary>Whether this can only match the one name it spells.</summary>
    public bool IsExact => Kind == PatternKind.Wildcard && !Text.Contains('*', StringComparison.Ordinal);
}

/// <summary>What a probe points at. The five records below are the whole family, and <see cref="TraceProbeSyntax"/>.</summary>
public abstract record ProbeSyntax(TextSpan Span, PatternSyntax Pattern);

/// <summary><c>vfs_*</c> or <c>p::vfs_*</c>.</summary>
public sealed record KernelFunctionSyntax(TextSpan Span, PatternSyntax Pattern) : ProbeSyntax(Span, Pattern);

/// <summary><c>c:str*</c>, <c>p:c:str*</c>, <c>/path:f</c>, <c>./rel:f</c>, <c>bash:readline</c>.</summary>
public sealed record UserFunctionSyntax(TextSpan Span, NameSyntax Target, PatternSyntax Pattern)
    : ProbeSyntax(Span, Pattern);

/// <summary><c>t:category:event</c>; the pattern covers <c>category:event</c>, so a <c>*</c> may cross the colon.</summary>
public sealed record TracepointSyntax(TextSpan Span, PatternSyntax Pattern) : ProbeSyntax(Span, Pattern);

/// <summary><c>profile:99hz</c>: not a place but a clock; the pattern is the <c>99hz</c>.</summary>
public sealed record ProfileSyntax(TextSpan Span, PatternSyntax Pattern, int Hertz) : ProbeSyntax(Span, Pattern);

/// <summary><c>u:lib:probe</c> or <c>u:lib:provider:probe</c>.</summary>
public sealed record UsdtSyntax(TextSpan Span, NameSyntax Target, NameSyntax? Provider, PatternSyntax Pattern)
    : ProbeSyntax(Span, Pattern);
