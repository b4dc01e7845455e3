using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Expressions.Formats;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What is sent of the hits of some probes: which of them (<see cref="Predicate"/>), and which values. A record of the
/// ring buffer carries the index of its event in <see cref="BoundSpec.Events"/>.
/// </summary>
/// <param name="Scope">Where the program runs, and what it finds there.</param>
/// <param name="Predicate">Hits for which this is 0, or cannot be read, are left out; null for none.</param>
/// <param name="Format">How a hit is put into words; null where the values are shown by name.</param>
/// <param name="Values">The values; with a format, one for each of its conversions.</param>
public sealed record BoundEvent(
    ProbeScope Scope, TypedExpression? Predicate, FormatSyntax? Format, IReadOnlyList<EventValue> Values)
{
    /// <summary>Most values of an event: each has a bit that says it could not be read.</summary>
    public const int MaxValues = 32;

    /// <summary>What it asks of the entry of the function whose return it is; else null.</summary>
    public EntryNeeds? Entry { get; init; }

    /// <summary>In which of <see cref="BoundSpec.Distributions"/> hits are counted; -1 where they are shown one by one.</summary>
    public int Distribution { get; init; } = -1;

    /// <summary>Of a histogram, what is measured at a hit; <see cref="Values"/> tell histograms apart. Else null.</summary>
    public EventValue? Measured { get; init; }

    /// <summary>All that is computed at a hit.</summary>
    internal IEnumerable<TypedExpression> Expressions =>
    [
        .. Values.Select(value => value.Value),
        .. Measured is { } measured ? [measured.Value] : Array.Empty<TypedExpression>(),
        .. Predicate is { } predicate ? [predicate] : Array.Empty<TypedExpression>(),
    ];

    /// <summary>Whether the same program serves both.</summary>
    internal bool SendsTheSame(BoundEvent other) =>
        Distribution == other.Distribution && $"{Measured?.Value}" == $"{other.Measured?.Value}" && Scope.Site == other.Scope.Site && Scope.UsdtOperands.SequenceEqual(other.Scope.UsdtOperands) && Equals(Format, other.Format) && $"{Predicate}" == $"{other.Predicate}"
        && Values.Count == other.Values.Count
        && Values.Zip(other.Values).All(pair => pair.First.Name == pair.Second.Name
            && pair.First.Value.Type == pair.Second.Value.Type && Equals(pair.First.Words, pair.Second.Words)
            && pair.First.Value.ToString() == pair.Second.Value.ToString());
}

/// <summary>One value of an event.</summary>
/// <param name="Name">
/// The name of its column, unique in its event: letters, digits and underscores, as <c>sk_dport</c> for
/// <c>sk-&gt;sk_dport</c>.
/// </param>
/// <param name="Label">The expression as it was typed, or the parameter's name.</param>
/// <param name="Conversion">How the format prints it; null without a format.</param>
public sealed record EventValue(string Name, string Label, TypedExpression Value, ConversionSyntax? Conversion)
{
    /// <summary>What its numbers mean, where the kernel or its type says so; else null.</summary>
    public NumberWords? Words { get; init; }
}
