using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>How one kind of probe becomes programs. A new kind is a new file and a line in <see cref="ProgramBuilder"/>.</summary>
internal interface IProbeKind
{
    /// <summary>The groups for those of <paramref name="probes"/> that are of this kind; may add maps.</summary>
    IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps);
}
