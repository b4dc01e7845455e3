namespace BpfDashboard.Tracing.Specs;

/// <summary>A mistake in a command: what is wrong, where, and what to do about it.</summary>
public sealed record Diagnostic(TextSpan Span, string Message, string? Hint = null);
