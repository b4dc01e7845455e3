using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>
/// One uprobe.multi link for all places of a file (Linux 6.6), or one uprobe.session link, which is at their returns too (6.13);
/// the cookie is the slot.
/// </summary>
internal sealed class UprobeMultiAttacher : IAttacher
{
    public IReadOnlyList<Refusal> Attach(BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made)
    {
        var loaded = made.Load(program);
        var pid = made.Pid is { } wanted && UprobeMultiPid.CoversThreads ? wanted : 0;
        using var file = ProbedFile.Open(((UserProbe)probes[0]).Path);
        var (safe, misread) = file.LeaveOutMisread(probes);
        return [.. misread, .. MultiLink.Attach(file.Classify(safe), Make, made)];

        int Make(IReadOnlyList<BoundProbe> some, out FileHandle? link)
        {
            UserProbe[] places = [.. some.Cast<UserProbe>()];
            return BpfLink.UprobeMulti(
                loaded,
                program.ExpectedAttachType,
                places[0].Path,
                Array.ConvertAll(places, place => place.FileOffset),
                Array.ConvertAll(places, place => place.SemaphoreOffset),
                Array.ConvertAll(places, place => (ulong)place.Slot),
                pid,
                places[0].IsReturn && program.ExpectedAttachType != AttachType.TraceUprobeSession,
                out link);
        }
    }
}

/// <summary>One perf event and link for each place.</summary>
internal sealed class UprobePerfAttacher : EachAttacher, IAttacher
{
    IReadOnlyList<Refusal> IAttacher.Attach(
        BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made)
    {
        using var file = ProbedFile.Open(((UserProbe)probes[0]).Path);
        var (safe, misread) = file.LeaveOutMisread(probes);
        return [.. misread, .. Attach(program, safe, made)];
    }

    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        var place = (UserProbe)probe;
        var errno = PerfEvent.Uprobe(place.Path, place.FileOffset, place.SemaphoreOffset, made.Pid, place.IsReturn, out var file);
        return LinkPerf(errno, file, ProgramFor(image, shared, probe.Slot, made), probe.Slot, made);
    }
}
