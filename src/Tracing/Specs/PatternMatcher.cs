using System.Text.RegularExpressions;

namespace BpfDashboard.Tracing.Specs;

/// <summary>Decides whether a name is one the pattern of a probe means. Safe for use by many threads.</summary>
public abstract class PatternMatcher
{
    private PatternMatcher()
    {
    }

    /// <summary>Whether the pattern means this name.</summary>
    public abstract bool Matches(string name);

    /// <summary>
    /// The matcher of a probe: of kernel and user functions it is given the bare name, of tracepoints
    /// <c>category:event</c>, of USDT probes the name without its provider.
    /// </summary>
    /// <exception cref="ArgumentException">No regular expression; the parser lets none of these pass.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking; likewise.</exception>
    public static PatternMatcher For(ProbeSyntax probe) => probe.Pattern.Kind switch
    {
        PatternKind.Wildcard => new Wildcard(probe.Pattern.Text),
        _ => new Expression(RegexSyntax.Compile(probe.Pattern.Text, WantsWholeName(probe))),
    };

    // As in BCC: kernel names are compared with fullmatch, everything else with match.
    private static bool WantsWholeName(ProbeSyntax probe) => probe is KernelFunctionSyntax;

    private sealed class Wildcard(string pattern) : PatternMatcher
    {
        /// <summary>
        /// Goes back only to the last <c>*</c> seen: an earlier one gains nothing by taking more, so the time is at
        /// most the product of both lengths.
        /// </summary>
        public override bool Matches(string name)
        {
            int inPattern = 0, inName = 0, afterStar = -1, retryAt = 0;
            while (inName < name.Length)
            {
                if (inPattern < pattern.Length && pattern[inPattern] == '*')
                {
                    afterStar = ++inPattern;
                    retryAt = inName;
                }
                else if (inPattern < pattern.Length && pattern[inPattern] == name[inName])
                {
                    inPattern++;
                    inName++;
                }
                else if (afterStar >= 0)
                {
                    inPattern = afterStar;
                    inName = ++retryAt;
                }
                else
                {
                    return false;
                }
            }

            return pattern.AsSpan(inPattern).TrimStart('*').IsEmpty;
        }
    }

    private sealed class Expression(Regex regex) : PatternMatcher
    {
        public override bool Matches(string name) => regex.IsMatch(name);
    }
}
