namespace BpfDashboard.Client.Contracts;

/// <summary>
/// The stacks over a range of ticks: what first appeared in the range, and how much each series grew in it. Ids are
/// those of the whole session, so the definitions of a range continue where those of the range before ended: someone
/// who starts at tick 0 and adds fold to fold has all of them.
/// </summary>
/// <param name="FirstFrame">Id of the first of <paramref name="Frames"/>.</param>
/// <param name="FirstNode">Id of the first of <paramref name="Parents"/>; ids count from 1, 0 is the root.</param>
/// <param name="Parents">For each new node the id of its caller's node, which is smaller than its own.</param>
/// <param name="NodeFrames">For each new node the id of its frame, in the order of <paramref name="Parents"/>.</param>
/// <param name="FirstContext">Id of the first of <paramref name="Contexts"/>.</param>
/// <param name="FirstSeries">Id of the first new series.</param>
/// <param name="SeriesContexts">For each new series the id of its context.</param>
/// <param name="SeriesNodes">For each new series the id of its innermost node (0: no stack at all).</param>
/// <param name="SeriesQualities">For each new series what is wrong with it: bits of StackQuality.</param>
/// <param name="Series">Ids of the series that grew in the range, ascending.</param>
/// <param name="Counts">By how much, in the order of <paramref name="Series"/>.</param>
public sealed record StackFold(
    int FirstFrame,
    IReadOnlyList<FrameInfo> Frames,
    int FirstNode,
    IReadOnlyList<int> Parents,
    IReadOnlyList<int> NodeFrames,
    int FirstContext,
    IReadOnlyList<ContextInfo> Contexts,
    int FirstSeries,
    IReadOnlyList<int> SeriesContexts,
    IReadOnlyList<int> SeriesNodes,
    IReadOnlyList<int> SeriesQualities,
    IReadOnlyList<int> Series,
    IReadOnlyList<long> Counts);

/// <summary>A function in a stack.</summary>
/// <param name="Kind">0 kernel, 1 user, 2 JIT, 3 inlined, 4 unknown in the kernel, 5 unknown in a process.</param>
/// <param name="Offset">Hexadecimal, such as "0x1f"; only with -s.</param>
/// <param name="Address">Hexadecimal; only with -v.</param>
public sealed record FrameInfo(string Name, string? Module, int Kind, string? Offset = null, string? Address = null);

/// <summary>In whose name stacks were counted.</summary>
/// <param name="Tid">0 where threads are not told apart.</param>
/// <param name="Cpu">-1 where CPUs are not told apart.</param>
public sealed record ContextInfo(int Pid, int Tid, int Cpu, string Comm);

/// <summary>
/// Events over time, for a time strip: point i holds the ticks [Ticks[i], Ticks[i+1]), which took the session time from
/// Ms[i] to Ms[i+1]. The two edge lists are one longer than <paramref name="Events"/>.
/// </summary>
public sealed record Timeline(IReadOnlyList<long> Ticks, IReadOnlyList<double> Ms, IReadOnlyList<long> Events);
