using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Expressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// Prints a tree as indented text, one node a line, for tests and for eyes:
/// <code>
/// (funccount
///   (option interval "1")
///   (user-function
///     (target "c")
///     (wildcard "str*")))
/// </code>
/// </summary>
public static class SyntaxDump
{
    /// <summary>The tree; with <paramref name="spans"/> each node ends in <c>@start+length</c>.</summary>
    public static string Print(CommandSyntax command, bool spans = false)
    {
        var text = new StringBuilder();
        text.Append('(').Append(command.Tool.Name);
        foreach (var option in command.Options.Where(option => !CommandPrinter.IsSpecifier(option)))
        {
            Line(text, 1, Option(option, spans) + ")");
        }

        foreach (var probe in command.Probes)
        {
            if (probe is TraceProbeSyntax trace)
            {
                Trace(text, trace, 1, spans);
            }
            else if (probe is SpecifierSyntax specifier)
            {
                Specifier(text, specifier, spans);
            }
            else
            {
                Probe(text, probe, 1, spans);
            }
        }

        return text.Append(")\n").ToString();
    }

    private static string Option(OptionSyntax option, bool spans) =>
        $"(option {option.Definition.Name}{At(option.Span, spans)}"
        + (option.Value is null ? "" : $" {Literal(option.Value)}{At(option.ValueSpan, spans)}");

    private static void Specifier(StringBuilder text, SpecifierSyntax specifier, bool spans)
    {
        Line(text, 1, $"({(specifier.IsHistogram ? "histogram" : "count")}{At(specifier.Span, spans)}");
        Trace(text, specifier.Probe, 2, spans);
        foreach (var type in specifier.Types)
        {
            Line(text, 2, $"(type <{type}>{At(type.Span, spans)})");
        }

        if (specifier.Label is { } label)
        {
            Line(text, 2, $"(label {Literal(label)})");
        }

        text.Append(')');
    }

    private static void Trace(StringBuilder text, TraceProbeSyntax probe, int depth, bool spans)
    {
        Line(text, depth, $"(probe{At(probe.Span, spans)}");
        Probe(text, probe.Place, depth + 1, spans);
        foreach (var part in Parts(probe, spans))
        {
            Line(text, depth + 1, $"({part})");
        }

        text.Append(')');
    }

    private static IEnumerable<string> Parts(TraceProbeSyntax probe, bool spans) =>
    [
        .. probe.IsReturn ? ["return"] : Array.Empty<string>(),
        .. probe.Offset is { } offset ? [string.Create(CultureInfo.InvariantCulture, $"offset {offset}")] : Array.Empty<string>(),
        .. probe.Signature is { } signature
            ? [$"signature{string.Concat(signature.Select(it => Parameter(it, spans)))}"]
            : Array.Empty<string>(),
        .. probe.Predicate is { } predicate ? [$"predicate {ExpressionDump.Print(predicate, spans)}"] : Array.Empty<string>(),
        .. probe.Format is { } format ? [$"format {format}{At(format.Span, spans)}"] : Array.Empty<string>(),
        .. probe.Values.Select(value => $"value {ExpressionDump.Print(value, spans)}"),
    ];

    private static string Parameter(ParameterSyntax parameter, bool spans) =>
        $" <{TypeSyntaxPrinter.Print(parameter.Type, parameter.Name)}>{At(parameter.Span, spans)}";

    private static void Probe(StringBuilder text, ProbeSyntax probe, int depth, bool spans)
    {
        Line(text, depth, $"({Kind(probe)}{At(probe.Span, spans)}");
        foreach (var (role, name) in Names(probe))
        {
            Line(text, depth + 1, $"({role} {Literal(name.Text)}{At(name.Span, spans)})");
        }

        var pattern = probe.Pattern;
        Line(text, depth + 1, $"({Kind(pattern.Kind)} {Literal(pattern.Text)}{At(pattern.Span, spans)}))");
    }

    private static IEnumerable<(string Role, NameSyntax Name)> Names(ProbeSyntax probe) => probe switch
    {
        UserFunctionSyntax user => [("target", user.Target)],
        UsdtSyntax { Provider: { } provider } usdt => [("target", usdt.Target), ("provider", provider)],
        UsdtSyntax usdt => [("target", usdt.Target)],
        _ => [],
    };

    private static string Kind(ProbeSyntax probe) => probe switch
    {
        KernelFunctionSyntax => "kernel-function",
        UserFunctionSyntax => "user-function",
        TracepointSyntax => "tracepoint",
        UsdtSyntax => "usdt",
        ProfileSyntax => "profile",
        _ => throw new ArgumentException($"unknown kind of probe: {probe.GetType().Name}", nameof(probe)),
    };

    private static string Kind(PatternKind kind) => kind == PatternKind.Regex ? "regex" : "wildcard";

    private static void Line(StringBuilder text, int depth, string line) =>
        text.Append('\n').Append(' ', 2 * depth).Append(line);

    private static string Literal(string text) =>
        $"\"{text.Replace(@"\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n")}\"";

    private static string At(TextSpan span, bool spans) =>
        spans ? string.Create(CultureInfo.InvariantCulture, $" @{span.Start}+{span.Length}") : "";
}
