using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>Kernel functions: one kprobe.multi link, else a kprobe perf link each, else an fentry program each.</summary>
internal sealed class KernelKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, IAction action, List<MapImage> maps)
    {
        BoundProbe[] mine = [.. probes.OfType<KernelFunctionProbe>()];
        if (mine.Length > 0)
        {
            yield return new ProbeGroup(mine,
            [
                new(AttachMechanism.KprobeMulti,
                    HitProgram.WithCookie(ProgramType.Kprobe, AttachType.TraceKprobeMulti, filter, action)),
                new(AttachMechanism.KprobePerf,
                    HitProgram.WithCookie(ProgramType.Kprobe, AttachType.None, filter, action)),
                new(AttachMechanism.Fentry,
                    HitProgram.WithConstant(ProgramType.Tracing, AttachType.TraceFentry, filter, action)),
            ]);
        }
    }
}
