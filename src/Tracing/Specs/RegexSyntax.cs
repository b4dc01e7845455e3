using System.Text.RegularExpressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>
/// The regular expressions of <c>-r</c>: .NET's, without what needs backtracking, so that no pattern of a user can
/// make the server spend exponential time.
/// </summary>
internal static class RegexSyntax
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>A matcher for the pattern at the start of a name, or for the whole of it.</summary>
    /// <exception cref="ArgumentException">No regular expression.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public static Regex Compile(string pattern, bool wholeName) =>
        new(wholeName ? $@"\A(?:{pattern})\z" : $@"\A(?:{pattern})", Options);
}
