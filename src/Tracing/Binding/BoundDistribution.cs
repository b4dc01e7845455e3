using BpfDashboard.Tracing.Aggregation;

namespace BpfDashboard.Tracing.Binding;

/// <summary>One of the results of argdist: how often which values came (<c>-C</c>), or a histogram (<c>-H</c>).</summary>
/// <param name="Label">What the user called it (<c>#label</c>); null for none.</param>
/// <param name="Specifier">The specifier as it was typed, without the label.</param>
/// <param name="Buckets">How a histogram groups its values; null where each value is counted for itself.</param>
/// <param name="Event">
/// Index in <see cref="BoundSpec.Events"/> of what is asked at a hit; of several that differ in their place only, the first.
/// </param>
public sealed record BoundDistribution(string? Label, string Specifier, Buckets? Buckets, int Event);
