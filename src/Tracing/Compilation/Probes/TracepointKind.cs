using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>Tracepoints: raw links, which need no perf event each; a perf event where the kernel names no raw one.</summary>
internal sealed class TracepointKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps)
    {
        var (filter, action) = work;
        BoundProbe[] mine = [.. probes.OfType<TracepointProbe>()];
        if (mine.Length > 0 && action.ReadsContext)
        {
            // Only there the context is the record that the event's format describes.
            yield return new ProbeGroup(mine, [PerfEvent(filter, action)]);
        }
        else if (mine.Length > 0)
        {
            yield return new ProbeGroup(mine,
            [
                new(AttachMechanism.RawTracepointCookie,
                    HitProgram.WithCookie(ProgramType.RawTracepoint, AttachType.None, filter, action)),
                new(AttachMechanism.RawTracepoint,
                    HitProgram.WithConstant(ProgramType.RawTracepoint, AttachType.None, filter, action)),
                PerfEvent(filter, action),
            ]);
        }
    }

    /// <summary>The classic way: a perf event for each tracepoint.</summary>
    internal static Alternative PerfEvent(Filter filter, IAction action) =>
        new(AttachMechanism.PerfTracepoint, HitProgram.WithCookie(ProgramType.Tracepoint, AttachType.None, filter, action));
}
