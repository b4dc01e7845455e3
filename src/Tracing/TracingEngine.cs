using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Sessions.Host;
using BpfDashboard.Tracing.Silence;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing;

/// <summary>The engine of this host's kernel.</summary>
/// <param name="symbolizer">Makes what names the addresses of a session's stacks; null for that of this host.</param>
public sealed class TracingEngine(IKernelCatalog kernel, Func<ISymbolizer>? symbolizer = null) : ITracingEngine
{
    private readonly SymbolizerCache _symbols = new();
    private readonly Lazy<HostReport> _host = new(() => HostInspector.Inspect(kernel));

    static TracingEngine() => LibbpfMessages.Silence();

    /// <inheritdoc/>
    public CompileResult Compile(string text)
    {
        var compiled = SpecCompiler.Compile(text, kernel);
        return compiled.Image is null || WhyNotHere(compiled) is not { } problem
            ? compiled
            : compiled with { Image = null, Diagnostics = [problem] };
    }

    /// <inheritdoc/>
    public ITracingSession Start(
        CompileResult compiled, IProgress<AttachProgress>? progress = null, CancellationToken cancel = default) =>
        compiled is { Image: { } image, Bound: { } bound }
            ? TracingSession.Start(
                image, bound.Targets, progress, CreateSymbolizer, cancel)
            : throw new ArgumentException("the command did not compile to a program", nameof(compiled));

    /// <inheritdoc/>
    public HostReport Inspect() => _host.Value;

    /// <inheritdoc/>
    public ISymbolizer CreateSymbolizer() => symbolizer?.Invoke() ?? _symbols.CreateSymbolizer();

    /// <inheritdoc/>
    public Task<IReadOnlyList<Explanation>> ExplainSilenceAsync(
        BoundSpec bound, IReadOnlyCollection<int> silent, bool atStart, CancellationToken cancel = default) =>
        new SilenceExplainer(this, kernel, TimeProvider.System).ExplainAsync(bound, silent, atStart, cancel);

    /// <summary>A kind of target that this kernel, or this process, cannot probe at all is said before the start.</summary>
    private Diagnostic? WhyNotHere(CompileResult compiled)
    {
        var kind = compiled.Bound?.Targets.Select(target => target.Kind).First() ?? TargetKind.Tracepoint;
        return Inspect().Find(kind) is not { Problem: not null } report
            ? null
            : new Diagnostic(
                compiled.Syntax?.Probes[0].Span ?? default,
                Inspect().LacksPrivilege
                    ? $"this server may not probe: it runs without {string.Join(", ", Inspect().MissingCapabilities)}"
                    : $"this host cannot probe {report.Name}: {report.Problem}",
                WhatWorks());
    }

    private string WhatWorks()
    {
        KindReport[] working = [.. Inspect().Kinds.Where(kind => kind.Problem is null)];
        return working.Length > 0
            ? $"what works here: {string.Join(", ", working.Select(Example))}"
            : "start it with sudo ./run";
    }

    private static string Example(KindReport kind) => kind.Name + kind.Kind switch
    {
        TargetKind.KernelFunction => " (vfs_read)",
        TargetKind.UserFunction => " (c:malloc)",
        TargetKind.Usdt => " (u:node:gc*)",
        TargetKind.Profile => " (stackcount profile:99hz)",
        _ => " (t:sched:sched_switch)",
    };
}
