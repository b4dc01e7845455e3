namespace BpfDashboard.Client.Components;

/// <summary>A line of what a host can do: a name, whether it works, and how or why not.</summary>
/// <param name="KernelSays">The kernel's own words, for those who search for them.</param>
public sealed record AbilityLine(string Name, bool Works, string? Detail, string? KernelSays = null);
