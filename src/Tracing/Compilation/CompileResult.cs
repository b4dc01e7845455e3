using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// All that came of a text, as far as it got: each stage is null when the one before found mistakes
/// (<see cref="Diagnostics"/>), and <see cref="Bound"/> and <see cref="Image"/> are null when only help was asked for.
/// </summary>
public sealed record CompileResult(
    string Text,
    CommandSyntax? Syntax,
    BoundSpec? Bound,
    ProgramImage? Image,
    IReadOnlyList<Diagnostic> Diagnostics);
