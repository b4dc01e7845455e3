using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Silence;

/// <summary>One reason why a probe may count nothing. Small classes of their own, in the folder Reasons.</summary>
internal interface ISilenceReason
{
    /// <summary>Whether it is worth saying before the probe was silent for a while: then it must be certain.</summary>
    bool IsKnownAtStart => false;

    /// <summary>What it finds; nothing if it does not apply.</summary>
    IEnumerable<Explanation> Explain(SilentCase silent);
}

/// <summary>A silent probe, and what may be looked at to explain it.</summary>
/// <param name="Process">The process of <c>-p</c>, while it lives; null without.</param>
/// <param name="Host">All processes.</param>
/// <param name="Calls">The system calls that the process made while the probe was silent; null where nobody looked.</param>
/// <param name="IsStart">Whether nothing could be counted yet.</param>
internal sealed record SilentCase(
    SilentProbe Probe, IKernelCatalog Kernel, LiveProcess? Process, HostProcesses Host, SystemCallTrial? Calls, bool IsStart)
{
    private readonly Lazy<FileIdentity?> _file = new(() => FileIdentity.Of(Probe.Path));
    private readonly Lazy<IReadOnlyList<CallTarget>> _targets = new(() =>
        Process is not null && Probe.Name is { } name ? CallTargets.Find(Process, name) : []);

    /// <summary>The file with the probe; null if it is gone.</summary>
    public FileIdentity? File => _file.Value;

    /// <summary>Where calls of the function lead to in the process, as its loader has decided.</summary>
    public IReadOnlyList<CallTarget> Targets => _targets.Value;

    /// <summary>The mapping of the probed file in the process; null if it maps it not.</summary>
    public MappedCode? Mapped => Process?.Code.FirstOrDefault(code => code.Is(File));

    /// <summary>
    /// Whether all processes are to be looked at, which takes a while: not at the start, when most probes are about to
    /// count something.
    /// </summary>
    public bool LooksAtHost => Probe.Pid is null && !IsStart;

    /// <summary>Whether a system call came by what is probed.</summary>
    public bool IsProbed(CallOrigin origin) =>
        origin.Code is { } code && code.Is(File) && Probe.Offsets.Contains(origin.FunctionOffset);

    /// <summary>Whether a process maps the probed file.</summary>
    public bool IsMappedBy(LiveProcess process) => process.Code.Any(code => code.IsAmongMany(File, Probe.FileName));
}
