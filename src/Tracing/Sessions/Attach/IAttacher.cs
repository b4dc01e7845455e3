using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>One way to attach. A new way is a new file and a line in <see cref="Attachers"/>.</summary>
internal interface IAttacher
{
    /// <summary>Why a return cannot find what another program saved at its entry; null if it can.</summary>
    string? WhyNoEntries => null;

    /// <summary>Loads what it needs and attaches the probes one by one or together.</summary>
    /// <returns>The probes that could not be attached, with the kernel's reason; the others are.</returns>
    /// <exception cref="Libbpf.BpfException">This kernel does not have this way at all; nothing was attached.</exception>
    IReadOnlyList<Refusal> Attach(BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made);
}

/// <summary>A place the kernel refused: its own errno, for choosing the most telling reason, and the sentence.</summary>
internal sealed record Refusal(BoundProbe Probe, int Errno, string Reason);

/// <summary>Each mechanism's attacher.</summary>
internal static class Attachers
{
    internal static IAttacher For(AttachMechanism mechanism) => mechanism switch
    {
        AttachMechanism.TracingTracepoint => new TracingTracepointAttacher(),
        AttachMechanism.RawTracepointCookie => new RawTracepointCookieAttacher(),
        AttachMechanism.RawTracepoint => new RawTracepointAttacher(),
        AttachMechanism.PerfTracepoint => new PerfTracepointAttacher(),
        AttachMechanism.UprobeMulti or AttachMechanism.UprobeSession => new UprobeMultiAttacher(),
        AttachMechanism.UprobePerf => new UprobePerfAttacher(),
        AttachMechanism.KprobeMulti or AttachMechanism.KprobeSession => new KprobeMultiAttacher(),
        AttachMechanism.KprobePerf => new KprobePerfAttacher(),
        AttachMechanism.Fentry => new FentryAttacher(),
        AttachMechanism.CpuClock => new CpuClockAttacher(),
        _ => throw new ArgumentOutOfRangeException(nameof(mechanism)),
    };
}
