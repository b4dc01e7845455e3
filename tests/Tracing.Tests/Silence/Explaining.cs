using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Tests.Silence;

/// <summary>What is said of a command that counts nothing, by this host's real processes and files, without privileges.</summary>
internal static class Explaining
{
    private static readonly LiveKernelCatalog Catalog = new();

    /// <summary>What is certain before anything was counted.</summary>
    internal static Task<IReadOnlyList<Explanation>> AtStartAsync(string command) => ExplainAsync(Bind(command), atStart: true);

    /// <summary>What is said after a while.</summary>
    internal static Task<IReadOnlyList<Explanation>> LaterAsync(string command) => ExplainAsync(Bind(command), atStart: false);

    internal static Task<IReadOnlyList<Explanation>> ExplainAsync(BoundSpec bound, bool atStart) =>
        new SilenceExplainer(new Compiler(), Catalog, TimeProvider.System)
            .ExplainAsync(bound, [.. Enumerable.Range(0, bound.FirstSlots.Count)], atStart, TestContext.Current.CancellationToken);

    /// <summary>The command, bound to this host; fails the test if it has mistakes.</summary>
    internal static BoundSpec Bind(string command)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = Parser.Parse(command, diagnostics);
        var bound = syntax is null ? null : Binder.Bind(syntax, Catalog, diagnostics);
        Assert.True(bound is not null, string.Join('\n', diagnostics.Select(diagnostic => diagnostic.Render(command))));
        return bound;
    }

    /// <summary>An engine that can only compile.</summary>
    private sealed class Compiler : ITracingEngine
    {
        public CompileResult Compile(string text) => SpecCompiler.Compile(text, Catalog);

        public ITracingSession Start(CompileResult compiled, IProgress<AttachProgress>? progress, CancellationToken cancel) =>
            throw new BpfException("attach", 1);

        public HostReport Inspect() => throw new NotSupportedException();

        public ISymbolizer CreateSymbolizer() => throw new NotSupportedException();
    }
}
