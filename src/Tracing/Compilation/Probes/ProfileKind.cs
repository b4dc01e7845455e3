using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary><c>profile:99hz</c>: a perf event of the CPU's software clock on each CPU. Idle time is no time spent.</summary>
internal sealed class ProfileKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps)
    {
        BoundProbe[] mine = [.. probes.OfType<ProfileProbe>()];
        if (mine.Length > 0)
        {
            var busy = work.Filter with { SkipsIdle = true };
            yield return new ProbeGroup(mine,
            [
                new(AttachMechanism.CpuClock,
                    HitProgram.WithCookie(ProgramType.PerfEvent, AttachType.None, busy, work.AtHit)),
            ]);
        }
    }
}
