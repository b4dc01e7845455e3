using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>Kernel functions: one kprobe.multi link, else a kprobe perf link each, else an fentry program each.</summary>
internal sealed class KernelKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, IAction action, List<MapImage> maps) =>
        from probe in probes.OfType<KernelFunctionProbe>()
        group probe by (probe.IsReturn, IsInside: probe.Offset != 0) into alike
        select new ProbeGroup([.. alike], [.. Ways(alike.Key.IsReturn, alike.Key.IsInside, filter, action)]);

    /// <summary>fprobe and fentry know only where functions begin and end; what fentry hands over are not registers.</summary>
    private static IEnumerable<Alternative> Ways(bool isReturn, bool isInside, Filter filter, IAction action)
    {
        if (!isInside)
        {
            yield return new(AttachMechanism.KprobeMulti,
                HitProgram.WithCookie(ProgramType.Kprobe, AttachType.TraceKprobeMulti, filter, action));
        }

        yield return new(AttachMechanism.KprobePerf,
            HitProgram.WithCookie(ProgramType.Kprobe, AttachType.None, filter, action));
        if (!isInside && !isReturn && !action.ReadsContext)
        {
            yield return new(AttachMechanism.Fentry,
                HitProgram.WithConstant(ProgramType.Tracing, AttachType.TraceFentry, filter, action));
        }
    }
}
