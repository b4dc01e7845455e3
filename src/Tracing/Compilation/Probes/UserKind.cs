using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>User functions and USDT: one uprobe.multi link for each file, else a perf link for each place.</summary>
internal sealed class UserKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, List<MapImage> maps)
    {
        foreach (var file in probes.OfType<UserProbe>().GroupBy(probe => probe.Path))
        {
            yield return new ProbeGroup([.. file],
            [
                new(AttachMechanism.UprobeMulti,
                    CountProgram.WithCookie(ProgramType.Kprobe, AttachType.TraceUprobeMulti, filter)),
                new(AttachMechanism.UprobePerf,
                    CountProgram.WithCookie(ProgramType.Kprobe, AttachType.None, filter)),
            ]);
        }
    }
}
