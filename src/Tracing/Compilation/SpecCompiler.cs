using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation.Expressions;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>From text to program image: a pure function of the text and the catalog.</summary>
public static class SpecCompiler
{
    /// <summary>Compiles a command line; mistakes come back as diagnostics, never as exceptions.</summary>
    public static CompileResult Compile(string text, IKernelCatalog kernel)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = Parser.Parse(text, diagnostics);
        var bound = syntax is null || syntax.Has(OptionId.Help) ? null : Binder.Bind(syntax, kernel, diagnostics);
        var image = bound is null || diagnostics.Count > 0 ? null : Build(bound, diagnostics);
        return new CompileResult(text, syntax, bound, image, diagnostics);
    }

    private static ProgramImage? Build(BoundSpec bound, List<Diagnostic> diagnostics)
    {
        try
        {
            return ProgramBuilder.Build(bound);
        }
        catch (ExpressionTooLargeException tooLarge)
        {
            var (first, last) = (bound.Syntax.Probes[0].Span, bound.Syntax.Probes[^1].Span);
            diagnostics.Add(new Diagnostic(
                TextSpan.Between(first.Start, last.End), tooLarge.Message, "take it apart, or compare shorter texts"));
            return null;
        }
    }
}
