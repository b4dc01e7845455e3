using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>One typed raw tracepoint for the whole group; the program itself tells the probes apart.</summary>
internal sealed class TracingTracepointAttacher : IAttacher
{
    public IReadOnlyList<Refusal> Attach(BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made) =>
        GroupTracepoint.Attach(made.Load(program), name: null, probes, made);
}

/// <summary>Raw tracepoints with cookies (Linux 6.10).</summary>
internal sealed class RawTracepointCookieAttacher : EachAttacher
{
    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        var program = ProgramFor(image, shared, probe.Slot, made);
        var errno = BpfLink.RawTracepoint(
            program, ((TracepointProbe)probe).Event, (ulong)probe.Slot, out var link);
        return Keep(errno, link, made);
    }
}

/// <summary>
/// Raw tracepoints without cookies: a program of its own for each; or one for the whole group, if the image names
/// the tracepoint that serves all.
/// </summary>
internal sealed class RawTracepointAttacher : EachAttacher, IAttacher
{
    IReadOnlyList<Refusal> IAttacher.Attach(
        BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made) =>
        program.AttachTo is { } name
            ? GroupTracepoint.Attach(made.Load(program), name, probes, made)
            : Attach(program, probes, made);

    protected override BpfProgram? LoadShared(BpfProgramImage program, Attachments made) => null;

    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        var program = ProgramFor(image, shared, probe.Slot, made);
        var errno = BpfLink.RawTracepoint(program, ((TracepointProbe)probe).Event, 0, out var link);
        return Keep(errno, link, made);
    }
}

/// <summary>A perf event for each tracepoint, by the number in its <c>id</c> file.</summary>
internal sealed class PerfTracepointAttacher : EachAttacher
{
    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        var id = probe switch
        {
            TracepointProbe tracepoint => tracepoint.Id,
            SyscallProbe syscall => syscall.Id,
            _ => 0,
        };
        if (id == 0)
        {
            return Errors.NoEntry;
        }

        var errno = PerfEvent.Tracepoint(id, out var file);
        return LinkPerf(errno, file, ProgramFor(image, shared, probe.Slot, made), probe.Slot, made);
    }
}

/// <summary>One raw tracepoint that serves a whole group.</summary>
internal static class GroupTracepoint
{
    internal static IReadOnlyList<Refusal> Attach(
        BpfProgram program, string? name, IReadOnlyList<BoundProbe> probes, Attachments made)
    {
        var errno = BpfLink.RawTracepoint(program, name, 0, out var link);
        if (link is null)
        {
            throw new BpfException($"cannot attach to a raw tracepoint: {Errors.Describe(errno)}", errno);
        }

        made.AddLink(link);
        made.Advance(probes.Count);
        return [];
    }
}
