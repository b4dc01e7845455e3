using System.Text.RegularExpressions;
using BpfDashboard.Client.Contracts;

namespace BpfDashboard.Client.Components;

/// <summary>A text cut around the place a problem points at.</summary>
/// <param name="CaretLine">Blanks and carets that, under the text in a fixed-width font, mark the fault.</param>
internal sealed partial record FaultyText(string Before, string Fault, string After, string CaretLine)
{
    /// <summary>Cuts the text; a span that does not fit it, or is empty, still marks at least one place.</summary>
    public static FaultyText Cut(string text, SpecProblem problem)
    {
        var start = Math.Clamp(problem.Start, 0, text.Length);
        var end = Math.Clamp(start + problem.Length, start, text.Length);
        // Tabs stay tabs, so that the caret lines up whatever their width.
        var padding = string.Concat(text[..start].Select(c => c == '\t' ? '\t' : ' '));
        var carets = "^" + new string('~', Math.Max(0, end - start - 1));
        return new FaultyText(text[..start], text[start..end], text[end..], padding + carets);
    }

    /// <summary>The text with the fault replaced by what the hint suggests; null when it suggests no name.</summary>
    public static string? Apply(string text, SpecProblem problem)
    {
        if (problem.Hint is null || Suggestion().Match(problem.Hint) is not { Success: true } match)
        {
            return null;
        }

        var cut = Cut(text, problem);
        return cut.Before + match.Groups["name"].Value + cut.After;
    }

    [GeneratedRegex("""did you mean (?<quote>['"`]?)(?<name>[^\s'"`]+?)\k<quote>(?:\?|,| or |$)""", RegexOptions.IgnoreCase)]
    private static partial Regex Suggestion();
}
