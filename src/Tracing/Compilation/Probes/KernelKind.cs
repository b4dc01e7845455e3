using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>
/// Kernel functions: one kprobe.multi link, else a kprobe perf link each, else an fentry program each. Returns that ask for
/// their entries have one kprobe.session link before all that.
/// </summary>
internal sealed class KernelKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps) =>
        from probe in probes.OfType<KernelFunctionProbe>()
        group probe by (probe.IsReturn, IsInside: probe.Offset != 0) into alike
        select new ProbeGroup([.. alike], [.. Ways(alike.Key.IsReturn, alike.Key.IsInside, work)]);

    /// <summary>fprobe and fentry know only where functions begin and end; what fentry hands over are not registers.</summary>
    private static IEnumerable<Alternative> Ways(bool isReturn, bool isInside, ProbeWork work)
    {
        if (work.Entry is { Session: { } session })
        {
            yield return new(AttachMechanism.KprobeSession,
                HitProgram.OfSession(AttachType.TraceKprobeSession, work.Filter, session));
        }

        if (!isInside)
        {
            yield return Kprobes(AttachMechanism.KprobeMulti, AttachType.TraceKprobeMulti, work);
        }

        yield return Kprobes(AttachMechanism.KprobePerf, AttachType.None, work);
        if (!isInside && !isReturn && !work.AtHit.ReadsContext)
        {
            yield return new(AttachMechanism.Fentry,
                HitProgram.WithConstant(ProgramType.Tracing, AttachType.TraceFentry, work.Filter, work.AtHit));
        }
    }

    private static Alternative Kprobes(AttachMechanism way, AttachType type, ProbeWork work) =>
        new(way, HitProgram.WithCookie(ProgramType.Kprobe, type, work.Filter, work.AtHit))
        {
            Entry = work.Entry is { } entry
                ? HitProgram.WithCookie(ProgramType.Kprobe, type, work.Filter, entry.Save)
                : null,
        };
}
