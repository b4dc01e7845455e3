using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>User functions and USDT: one uprobe.multi link for each file, else a perf link for each place.</summary>
internal sealed class UserKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, Filter filter, IAction action, List<MapImage> maps)
    {
        foreach (var file in probes.OfType<UserProbe>().GroupBy(probe => (probe.Path, probe.IsEntry, probe.IsReturn)))
        {
            var place = file.Key.IsEntry ? HitPlace.UserEntry : HitPlace.Other;
            yield return new ProbeGroup([.. file],
            [
                new(AttachMechanism.UprobeMulti, Program(AttachType.TraceUprobeMulti, place, filter, action, maps)),
                new(AttachMechanism.UprobePerf, Program(AttachType.None, place, filter, action, maps)),
            ]);
        }
    }

    /// <summary>
    /// Each program that computes has an empty array of programs of its own: the kernel remembers in it what programs it is
    /// for. See <see cref="HitProgram.WithCookie"/>.
    /// </summary>
    private static BpfProgramImage Program(
        AttachType attachType, HitPlace place, Filter filter, IAction action, List<MapImage> maps)
    {
        int? programs = null;
        if (action.ReadsContext)
        {
            maps.Add(new("no_programs", MapType.ProgramArray, sizeof(uint), sizeof(uint), 1));
            programs = maps.Count - 1;
        }

        return HitProgram.WithCookie(ProgramType.Kprobe, attachType, filter, action, place, programs);
    }
}
