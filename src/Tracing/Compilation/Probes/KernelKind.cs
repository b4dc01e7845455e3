using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>Kernel functions: one kprobe.multi link, else a kprobe perf link each, else an fentry program each.</summary>
internal sealed class KernelKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, List<MapImage> maps)
    {
        BoundProbe[] mine = [.. probes.OfType<KernelFunctionProbe>()];
        if (mine.Length > 0)
        {
            yield return new ProbeGroup(mine,
            [
                new(AttachMechanism.KprobeMulti,
                    CountProgram.WithCookie(ProgramType.Kprobe, AttachType.TraceKprobeMulti, filter)),
                new(AttachMechanism.KprobePerf,
                    CountProgram.WithCookie(ProgramType.Kprobe, AttachType.None, filter)),
                new(AttachMechanism.Fentry,
                    CountProgram.WithConstant(ProgramType.Tracing, AttachType.TraceFentry, filter)),
            ]);
        }
    }
}
