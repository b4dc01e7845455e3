using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>User functions and USDT: one uprobe.multi link for each file, else a perf link for each place.</summary>
internal sealed class UserKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, IAction action, List<MapImage> maps)
    {
        foreach (var file in probes.OfType<UserProbe>().GroupBy(probe => (probe.Path, probe.IsEntry)))
        {
            var place = file.Key.IsEntry ? HitPlace.UserEntry : HitPlace.Other;
            yield return new ProbeGroup([.. file],
            [
                new(AttachMechanism.UprobeMulti,
                    HitProgram.WithCookie(ProgramType.Kprobe, AttachType.TraceUprobeMulti, filter, action, place)),
                new(AttachMechanism.UprobePerf,
                    HitProgram.WithCookie(ProgramType.Kprobe, AttachType.None, filter, action, place)),
            ]);
        }
    }
}
