using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>The shape of every way that makes one link for each probe.</summary>
internal abstract class EachAttacher : IAttacher
{
    private const int ProgressStep = 16;

    public IReadOnlyList<Refusal> Attach(
        BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made)
    {
        // Loading once finds out whether the kernel has this way; where each probe takes a copy, the first is wasted.
        var shared = LoadShared(program, made);
        var refused = new List<Refusal>();
        foreach (var chunk in probes.Chunk(ProgressStep))
        {
            foreach (var probe in chunk)
            {
                if (AttachOne(program, shared, probe, made) is var errno and not 0)
                {
                    refused.Add(new Refusal(probe, errno, Errors.DescribeAttach(errno)));
                }
            }

            made.Advance(chunk.Length);
        }

        return refused;
    }

    /// <summary>The one program for all probes, or null where each has its own.</summary>
    protected virtual BpfProgram? LoadShared(BpfProgramImage program, Attachments made) => made.Load(program);

    /// <summary>Attaches one probe: 0, or the errno.</summary>
    protected abstract int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made);

    /// <summary>Keeps a link that was made.</summary>
    protected static int Keep(int errno, FileHandle? link, Attachments made)
    {
        if (link is not null)
        {
            made.AddLink(link);
        }

        return errno;
    }

    /// <summary>Links a program to a perf event that was just opened, and starts the event.</summary>
    protected static int LinkPerf(int errno, FileHandle? file, BpfProgram program, int slot, Attachments made)
    {
        if (file is null)
        {
            return errno;
        }

        made.AddEvent(file);
        var result = Keep(BpfLink.Perf(program, file, (ulong)slot, out var link), link, made);
        if (result == 0)
        {
            PerfEvent.Enable(file);
        }

        return result;
    }

    /// <summary>The program this probe needs: the shared one, or its own copy.</summary>
    protected static BpfProgram ProgramFor(
        BpfProgramImage image, BpfProgram? shared, int slot, Attachments made, string? attachTo = null) =>
        shared ?? made.Load(image, attachTo, slot);
}
