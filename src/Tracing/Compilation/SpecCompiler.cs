using BpfDashboard.Tracing.Binding;
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
        var image = bound is null || diagnostics.Count > 0 ? null : ProgramBuilder.Build(bound);
        return new CompileResult(text, syntax, bound, image, diagnostics);
    }
}
