namespace BpfDashboard.Tracing.Silence;

/// <summary>Why a probe of a session may count nothing, in a sentence; and what to run instead, if something would help.</summary>
/// <param name="Id">Names the kind of reason; stable, for scripts: <c>not-mapped</c>, <c>other-definition</c> …</param>
/// <param name="Text">What was found. What was not verified says that it is a possibility.</param>
/// <param name="Command">A whole command line that parses; null where none would help.</param>
public sealed record Explanation(string Id, string Text, string? Command = null)
{
    /// <summary>Which probe of the command is silent, counted from 0.</summary>
    public int Probe { get; init; }

    /// <summary>Whether it is a possibility that was not verified: not said at the start.</summary>
    public bool IsPossible { get; init; }

    /// <summary>Whether it stays worth knowing when the probe has been hit.</summary>
    public bool IsLasting { get; init; }
}
