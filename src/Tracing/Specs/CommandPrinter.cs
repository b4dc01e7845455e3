using BpfDashboard.Tracing.Expressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// Prints a command as one would type it: options one by one, with their letters, then the probes in their shortest
/// form, quoted for a shell where a shell would otherwise change them.
/// </summary>
public static class CommandPrinter
{
    private const string SafeSigns = "_@%+=:,./-";

    /// <summary>The canonical command line; parsing it gives an equal tree, but for the spans.</summary>
    public static string Print(CommandSyntax command)
    {
        var words = new List<string> { command.Tool.Name };
        words.AddRange(command.Options.Where(option => !IsSpecifier(option)).SelectMany(Words));
        words.AddRange(command.Probes.OfType<SpecifierSyntax>().SelectMany(specifier =>
            new[] { specifier.IsHistogram ? "-H" : "-C", Quote(Print(specifier)) }));
        var probes = command.Probes.Where(probe => probe is not SpecifierSyntax).Select(Print).ToList();
        if (probes.Exists(probe => probe.StartsWith('-')))
        {
            words.Add("--");
        }

        return string.Join(' ', [.. words, .. probes.Select(Quote)]);
    }

    /// <summary>The probe alone, unquoted: <c>c:str*</c>.</summary>
    public static string Print(ProbeSyntax probe) => probe switch
    {
        KernelFunctionSyntax => probe.Pattern.Text,
        UserFunctionSyntax user => $"{UserTarget(user.Target.Text)}:{probe.Pattern.Text}",
        TracepointSyntax => $"t:{probe.Pattern.Text}",
        ProfileSyntax => $"profile:{probe.Pattern.Text}",
        UsdtSyntax { Provider: null } usdt => $"u:{usdt.Target.Text}:{probe.Pattern.Text}",
        UsdtSyntax usdt => $"u:{usdt.Target.Text}:{usdt.Provider.Text}:{probe.Pattern.Text}",
        TraceProbeSyntax trace => Print(trace),
        SpecifierSyntax specifier => Print(specifier),
        _ => throw new ArgumentException($"unknown kind of probe: {probe.GetType().Name}", nameof(probe)),
    };

    private static string Print(SpecifierSyntax specifier)
    {
        var probe = specifier.Probe;
        var place = probe.Place switch
        {
            KernelFunctionSyntax => $"{(probe.IsReturn ? 'r' : 'p')}::{probe.Pattern.Text}",
            UserFunctionSyntax user => $"{(probe.IsReturn ? 'r' : 'p')}:{user.Target.Text}:{user.Pattern.Text}",
            _ => Print(probe.Place),
        };
        var values = probe.Values.Count > 0 ? $":{string.Join(",", specifier.Types)}:{string.Join(",", probe.Values)}" : "";
        var filter = probe.Predicate is { } predicate ? $":{predicate}" : "";
        var label = specifier.Label is { } name ? $"#{name}" : "";
        return $"{place}({TypeSyntaxPrinter.Parameters(probe.Signature ?? [])}){values}{filter}{label}";
    }

    /// <summary>Whether an option's value is one of the command's probes.</summary>
    internal static bool IsSpecifier(OptionSyntax option) => option.Definition.Id is OptionId.Count or OptionId.Histogram;

    private static string Print(TraceProbeSyntax probe)
    {
        var place = (probe.Place, probe.IsReturn) switch
        {
            (UserFunctionSyntax user, true) => $"r:{user.Target.Text}:{user.Pattern.Text}",
            (KernelFunctionSyntax, true) => $"r::{probe.Pattern.Text}",
            _ => Print(probe.Place),
        };
        var offset = probe.Offset is { } at ? $"+0x{at:x}" : "";
        var signature = probe.Signature is { } parameters ? $"({TypeSyntaxPrinter.Parameters(parameters)})" : "";
        var predicate = probe.Predicate is null ? "" : $" ({probe.Predicate})";
        var action = probe.Format is null ? "" : $" {string.Join(", ", [$"{probe.Format}", .. probe.Values.Select(value => $"{value}")])}";
        return $"{place}{offset}{signature}{predicate}{action}";
    }

    /// <summary>The word in single quotes, if a shell would not take it literally as it stands.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || SafeSigns.Contains(c))
            ? word
            : $"'{word.Replace("'", @"'\''")}'";

    // With the type where it makes a difference (a path with a colon), or at least to the eye (a library named t).
    private static string UserTarget(string target) =>
        target.Contains(':') || target is "p" or "t" or "u" or "profile" ? $"p:{target}" : target;

    private static IEnumerable<string> Words(OptionSyntax option) =>
        option.Value is null ? [option.Definition.Flag] : [option.Definition.Flag, Quote(option.Value)];
}
