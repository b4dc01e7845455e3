using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;
using BpfDashboard.Tracing.Sessions;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing;

/// <summary>The engine of this host's kernel.</summary>
public sealed class TracingEngine(IKernelCatalog kernel) : ITracingEngine
{
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
            ? TracingSession.Start(image, bound.Targets, progress, cancel)
            : throw new ArgumentException("the command did not compile to a program", nameof(compiled));

    /// <inheritdoc/>
    public HostReport Inspect() => _host.Value;

    /// <summary>A kind of target that this kernel, or this process, cannot probe at all is said before the start.</summary>
    private Diagnostic? WhyNotHere(CompileResult compiled)
    {
        var kind = compiled.Bound?.Targets.Select(target => target.Kind).First() ?? TargetKind.Tracepoint;
        var ability = Ability(kind);
        return ability?.Problem is null
            ? null
            : new Diagnostic(
                compiled.Syntax?.Probes[0].Span ?? default,
                HostInspector.LacksPrivilege(Inspect())
                    ? $"this server may not probe: it runs without {string.Join(", ", Inspect().MissingCapabilities)}"
                    : $"this host cannot probe {HostInspector.NameOf(kind)}: {ability.Problem}",
                WhatWorks());
    }

    private HostAbility? Ability(TargetKind kind) =>
        Inspect().Abilities.FirstOrDefault(ability => ability.Name == HostInspector.NameOf(kind));

    private string WhatWorks()
    {
        TargetKind[] working = [.. Enum.GetValues<TargetKind>().Where(kind => Ability(kind) is { Problem: null })];
        return working.Length > 0
            ? $"what works here: {string.Join(", ", working.Select(Example))}"
            : "start it with sudo ./run";
    }

    private static string Example(TargetKind kind) => HostInspector.NameOf(kind) + kind switch
    {
        TargetKind.KernelFunction => " (vfs_read)",
        TargetKind.UserFunction => " (c:malloc)",
        TargetKind.Usdt => " (u:node:gc*)",
        _ => " (t:sched:sched_switch)",
    };
}
