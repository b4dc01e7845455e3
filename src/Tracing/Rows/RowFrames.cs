using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Rows;

/// <summary>A stack of a row: its frames, innermost first.</summary>
/// <param name="Errno">Why there are none, as the kernel says it; 0 if there are.</param>
public sealed record RowFrames(IReadOnlyList<ResolvedFrame> Frames, int Errno);
