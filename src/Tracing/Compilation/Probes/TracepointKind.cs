using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>Tracepoints: raw links, which need no perf event each; a perf event where the kernel names no raw one.</summary>
internal sealed class TracepointKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, List<MapImage> maps)
    {
        BoundProbe[] mine = [.. probes.OfType<TracepointProbe>()];
        if (mine.Length > 0)
        {
            yield return new ProbeGroup(mine,
            [
                new(AttachMechanism.RawTracepointCookie,
                    CountProgram.WithCookie(ProgramType.RawTracepoint, AttachType.None, filter)),
                new(AttachMechanism.RawTracepoint,
                    CountProgram.WithConstant(ProgramType.RawTracepoint, AttachType.None, filter)),
                PerfEvent(filter),
            ]);
        }
    }

    /// <summary>The classic way: a perf event for each tracepoint.</summary>
    internal static Alternative PerfEvent(Filter filter) =>
        new(AttachMechanism.PerfTracepoint, CountProgram.WithCookie(ProgramType.Tracepoint, AttachType.None, filter));
}
