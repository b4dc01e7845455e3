using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions;

/// <summary>
/// What a session made in the kernel while attaching: programs, perf events and links. Owns all of it, so that
/// whoever fails half-way has only this to dispose.
/// </summary>
internal sealed class Attachments(
    IReadOnlyList<BpfMap> maps, int? pid, IProgress<AttachProgress>? progress, int total, CancellationToken cancel)
    : IDisposable
{
    private readonly List<BpfProgram> _programs = [];
    private readonly List<FileHandle> _events = [];
    private readonly List<FileHandle> _links = [];
    private List<FileHandle>? _countingLinks;
    private int _done;

    /// <summary>The process the session is limited to, for hooks that can be limited in the kernel.</summary>
    internal int? Pid => pid;

    internal int ProgramCount => _programs.Count;

    internal int LinkCount => _links.Count;

    /// <summary>The ids of the loaded programs, as bpftool lists them.</summary>
    internal IReadOnlyList<uint> ProgramIds => [.. _programs.Select(program => program.ReadInfo().Id)];

    internal BpfProgram Load(BpfProgramImage image, string? attachTo = null, int? slot = null)
    {
        var program = BpfProgram.Load(image, maps, attachTo, slot);
        _programs.Add(program);
        return program;
    }

    internal void AddLink(FileHandle link) => _links.Add(link);

    internal void AddEvent(FileHandle file) => _events.Add(file);

    /// <summary>Says that some more probes were tried, and stops here if the user has lost patience.</summary>
    internal void Advance(int probes)
    {
        _done += probes;
        progress?.Report(new AttachProgress(Math.Min(_done, total), total));
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// What all programs cost since they were loaded, and the hits that they and their links lost to recursion. For
    /// when all is attached.
    /// </summary>
    internal (ProgramCost Cost, long Misses) ReadStatistics()
    {
        var (cost, misses) = (default(ProgramCost), 0L);
        foreach (var program in _programs)
        {
            var (_, programCost, programMisses) = program.ReadInfo();
            cost += programCost;
            misses += programMisses;
        }

        // Read ten times a second, and a session may have thousands of links that count nothing.
        _countingLinks ??= _links.FindAll(LinkMisses.AreCounted);
        return (cost, misses + _countingLinks.Sum(LinkMisses.Read));
    }

    /// <summary>Drops the programs and links made since <paramref name="mark"/>, of a way that did not work.</summary>
    internal void RollBack((int Programs, int Events, int Links) mark)
    {
        DropFrom(_links, mark.Links);
        DropFrom(_events, mark.Events);
        DropFrom(_programs, mark.Programs);
    }

    internal (int Programs, int Events, int Links) Mark() => (_programs.Count, _events.Count, _links.Count);

    /// <summary>Links first: once they are closed no program runs any more.</summary>
    public void Dispose() => RollBack((0, 0, 0));

    private static void DropFrom<T>(List<T> owned, int first) where T : IDisposable
    {
        for (var index = owned.Count - 1; index >= first; index--)
        {
            owned[index].Dispose();
            owned.RemoveAt(index);
        }
    }
}
