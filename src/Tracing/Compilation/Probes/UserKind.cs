using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation.Actions;

namespace BpfDashboard.Tracing.Compilation.Probes;

/// <summary>
/// User functions and USDT: one uprobe.multi link for each file, else a perf link for each place. Returns that ask for their
/// entries have one uprobe.session link before that.
/// </summary>
internal sealed class UserKind : IProbeKind
{
    public IEnumerable<ProbeGroup> Build(IReadOnlyList<BoundProbe> probes, ProbeWork work, List<MapImage> maps)
    {
        foreach (var file in probes.OfType<UserProbe>().GroupBy(probe => (probe.Path, probe.IsEntry, probe.IsReturn)))
        {
            var place = file.Key.IsEntry ? HitPlace.UserEntry : HitPlace.Other;
            yield return new ProbeGroup([.. file], [.. Ways(place, work, maps)]);
        }
    }

    private static IEnumerable<Alternative> Ways(HitPlace place, ProbeWork work, List<MapImage> maps)
    {
        if (work.Entry is { Session: { } session })
        {
            yield return new(AttachMechanism.UprobeSession,
                HitProgram.OfSession(AttachType.TraceUprobeSession, work.Filter, session, Programs(session.AtReturn, maps)));
        }

        yield return Uprobes(AttachMechanism.UprobeMulti, AttachType.TraceUprobeMulti, place, work, maps);
        yield return Uprobes(AttachMechanism.UprobePerf, AttachType.None, place, work, maps);
    }

    private static Alternative Uprobes(
        AttachMechanism way, AttachType type, HitPlace place, ProbeWork work, List<MapImage> maps)
    {
        return new(way, Program(work.AtHit, place))
        {
            Entry = work.Entry is { } entry ? Program(entry.Save, HitPlace.UserEntry) : null,
        };

        BpfProgramImage Program(IAction action, HitPlace at) =>
            HitProgram.WithCookie(ProgramType.Kprobe, type, work.Filter, action, at, Programs(action, maps));
    }

    /// <summary>
    /// Each program that computes has an empty array of programs of its own: the kernel remembers in it what programs it is
    /// for. See <see cref="HitProgram.WithCookie"/>.
    /// </summary>
    private static int? Programs(IAction action, List<MapImage> maps)
    {
        if (!action.ReadsContext)
        {
            return null;
        }

        maps.Add(new("no_programs", MapType.ProgramArray, sizeof(uint), sizeof(uint), 1));
        return maps.Count - 1;
    }
}
