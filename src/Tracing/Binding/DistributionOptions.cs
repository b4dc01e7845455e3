namespace BpfDashboard.Tracing.Binding;

/// <summary>How distributions are collected and printed.</summary>
public sealed record DistributionOptions
{
    /// <summary>What <see cref="StringSize"/> is unless told otherwise, as in BCC.</summary>
    public const int UsualStringSize = 80;

    /// <summary>Most bytes of a text, with the 0 at its end (<c>-z</c>).</summary>
    public int StringSize { get; init; } = UsualStringSize;

    /// <summary>Whether each block of BCC's text holds everything since the start (<c>-c</c>), and not only what is new.</summary>
    public bool Cumulative { get; init; }

    /// <summary>How many lines of each block are printed, the largest (<c>-T</c>); null for all. Not of histograms.</summary>
    public int? Top { get; init; }
}
