using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// A command whose every name is a fact of this kernel: the rows it will show (<see cref="Targets"/>, by slot), and
/// the places to attach to (<see cref="Probes"/>), each with the slot it counts into.
/// </summary>
/// <param name="Skipped">What matched but cannot be probed, known before trying.</param>
/// <param name="Notes">What a reader of the result should know, such as "strlen is an IFUNC".</param>
public sealed record BoundSpec(
    CommandSyntax Syntax,
    SessionOptions Options,
    IReadOnlyList<Target> Targets,
    IReadOnlyList<BoundProbe> Probes,
    IReadOnlyList<SkippedTarget> Skipped,
    IReadOnlyList<string> Notes)
{
    /// <summary>
    /// What is asked at hits, for sessions that show them one by one, or by their values, or that count stacks if a condition
    /// holds; empty where nothing is asked.
    /// </summary>
    public IReadOnlyList<BoundEvent> Events { get; init; } = [];

    /// <summary>The results of argdist; those that count values before histograms, as BCC prints them.</summary>
    public IReadOnlyList<BoundDistribution> Distributions { get; init; } = [];

    /// <summary>For each probe of the command, the slot at which its rows begin: they end where those of the next begin.</summary>
    public IReadOnlyList<int> FirstSlots { get; init; } = [];
}

/// <summary>The options of a session with their meaning, whatever letters the tool gives them.</summary>
public sealed record SessionOptions
{
    /// <summary>Only this process (tgid), or null for all.</summary>
    public int? Pid { get; init; }

    /// <summary>Only this CPU, or null for all.</summary>
    public int? Cpu { get; init; }

    /// <summary>Which tasks are of interest beside that.</summary>
    public TaskFilter Tasks { get; init; } = new();

    /// <summary>Length of a block of output, or null for one block over the whole run.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>When the session ends by itself, or null.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether each block begins with the time of day.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether what is sent one by one goes through a perf buffer of each CPU, not one ring buffer for all.</summary>
    public bool PerfBuffers { get; init; }

    /// <summary>Whether the listing of the program is shown (<c>-D</c>).</summary>
    public bool ShowProgram { get; init; }

    /// <summary>What stacks to collect, or null for none.</summary>
    public StackOptions? Stacks { get; init; }

    /// <summary>How events are shown one by one, or null where they are only counted.</summary>
    public RowOptions? Rows { get; init; }

    /// <summary>How distributions are collected, or null where there are none.</summary>
    public DistributionOptions? Distributions { get; init; }
}

/// <summary>Which tasks a session looks at; decided in the kernel.</summary>
public sealed record TaskFilter
{
    /// <summary>Only this thread (<c>-L</c>), or null for all.</summary>
    public int? Tid { get; init; }

    /// <summary>Only this user (<c>--uid</c>), or null for all.</summary>
    public uint? Uid { get; init; }

    /// <summary>Not this process: the server itself (unless <c>-S</c>); null for no exception.</summary>
    public int? NotPid { get; init; }

    /// <summary>Only tasks in this cgroup and below (<c>-c</c>); null for all.</summary>
    public CgroupPlace? Cgroup { get; init; }

    /// <summary>Only threads whose name contains this (<c>-n</c>); null for all.</summary>
    public string? Name { get; init; }
}

/// <summary>A cgroup (v2).</summary>
/// <param name="Id">Its number, which is that of its folder's inode.</param>
/// <param name="Level">How many folders below the root.</param>
public sealed record CgroupPlace(ulong Id, int Level);

/// <summary>How a time is shown.</summary>
public enum TimeColumn
{
    /// <summary>Not at all, in BCC's text.</summary>
    None,

    /// <summary>Seconds since the session began (<c>-t</c>).</summary>
    SinceStart,

    /// <summary>Seconds since 1970 (<c>-t -u</c>).</summary>
    Unix,

    /// <summary>The time of day (<c>-T</c>).</summary>
    TimeOfDay,
}

/// <summary>How events are shown one by one.</summary>
public sealed record RowOptions
{
    /// <summary>
    /// Most events a second, of all CPUs together; more are counted, but not shown. What one reader takes in without
    /// falling behind, and far more than anyone reads: it keeps a mistake from drowning the host.
    /// </summary>
    public int EventsPerSecond { get; init; } = 4_000_000;

    /// <summary>Most bytes of a text, with the 0 at its end (<c>-Z</c>).</summary>
    public int StringSize { get; init; } = 80;

    /// <summary>The session ends after so many events (<c>-M</c>); null for no end.</summary>
    public long? MaxEvents { get; init; }

    /// <summary>The column of times in BCC's text.</summary>
    public TimeColumn Time { get; init; }

    /// <summary>Whether BCC's text has a column of CPUs (<c>-C</c>).</summary>
    public bool ShowCpu { get; init; }

    /// <summary>Only events whose message contains this are kept (<c>-f</c>); null for all.</summary>
    public string? Message { get; init; }

    /// <summary>Whether BCC's text counts equal events (<c>-A</c>).</summary>
    public bool Aggregate { get; init; }

    /// <summary>Whether each event has the kernel stack (<c>-K</c>).</summary>
    public bool KernelStack { get; init; }

    /// <summary>Whether each event has the user stack (<c>-U</c>).</summary>
    public bool UserStack { get; init; }

    /// <summary>
    /// Whether it is unwound by the tables in <c>.eh_frame</c> where there are any (not with <c>--no-unwind</c>).
    /// </summary>
    public bool Unwind { get; init; } = true;

    /// <summary>Whether frames are shown with their addresses (<c>-a</c>).</summary>
    public bool Addresses { get; init; }
}

/// <summary>Which stacks to collect, what tells them apart, and how they are to be printed.</summary>
public sealed record StackOptions
{
    /// <summary>Whether the kernel's part is collected (not with <c>-U</c>).</summary>
    public bool Kernel { get; init; } = true;

    /// <summary>Whether the user part is collected (not with <c>-K</c>).</summary>
    public bool User { get; init; } = true;

    /// <summary>
    /// Whether user stacks are unwound by the tables in <c>.eh_frame</c> where there are any, so that code without
    /// frame pointers is no obstacle (not with <c>--no-unwind</c>).
    /// </summary>
    public bool Unwind { get; init; } = true;

    /// <summary>Whether results are shown by process (<c>-P</c>, or <c>-p</c>). Processes are told apart anyway.</summary>
    public bool PerProcess { get; init; }

    /// <summary>Whether threads are told apart (<c>--by thread</c>).</summary>
    public bool ByThread { get; init; }

    /// <summary>Whether CPUs are told apart (<c>--by cpu</c>).</summary>
    public bool ByCpu { get; init; }

    /// <summary>Whether frames carry offsets (<c>-s</c>).</summary>
    public bool Offsets { get; init; }

    /// <summary>Whether frames carry raw addresses (<c>-v</c>).</summary>
    public bool Addresses { get; init; }

    /// <summary>Whether a delimiter is printed between the kernel's and the user part (<c>-d</c>).</summary>
    public bool Delimited { get; init; }

    /// <summary>Whether text output is folded, one line a stack (<c>-f</c>).</summary>
    public bool Folded { get; init; }
}

/// <summary>What sort of thing a row counts.</summary>
public enum TargetKind
{
    KernelFunction,
    UserFunction,
    Tracepoint,
    Usdt,

    /// <summary>No place but a clock: <c>profile:99hz</c>.</summary>
    Profile,
}

/// <summary>
/// A row of the result. <see cref="Slot"/> is its index in the maps, from 0 without gaps; <see cref="Name"/> is what
/// BCC prints; <see cref="Where"/> the file or module; <see cref="Aliases"/> other matching names of the same address.
/// </summary>
public sealed record Target(int Slot, string Name, TargetKind Kind, string? Where, IReadOnlyList<string> Aliases);

/// <summary>A match that is not probed, and why.</summary>
public sealed record SkippedTarget(string Name, string Reason);

/// <summary>A place to attach to. The records below are the whole family; several may share a slot (USDT sites).</summary>
public abstract record BoundProbe(int Slot)
{
    /// <summary>What is sent of a hit: its index in <see cref="BoundSpec.Events"/>. 0 where hits are only counted.</summary>
    public int EventIndex { get; init; }
}

/// <summary>The entry of a kernel function. <see cref="Address"/> is 0 where kallsyms hides it.</summary>
public sealed record KernelFunctionProbe(int Slot, string Name, ulong Address, string? Module) : BoundProbe(Slot)
{
    /// <summary>Whether it is hit when the function returns.</summary>
    public bool IsReturn { get; init; }

    /// <summary>Bytes from the function's start.</summary>
    public int Offset { get; init; }
}

/// <summary>An offset of a file: the entry of a user function, or a USDT site with its semaphore (0: none).</summary>
public sealed record UserProbe(int Slot, string Path, ulong FileOffset, ulong SemaphoreOffset) : BoundProbe(Slot)
{
    /// <summary>Whether it is the first instruction of a function, where the caller's return address lies on top of the stack.</summary>
    public bool IsEntry { get; init; }

    /// <summary>Whether it is hit when the function returns that begins there.</summary>
    public bool IsReturn { get; init; }

    /// <summary>Of a USDT site: its operands, as the note spells them; else null.</summary>
    public string? Operands { get; init; }
}

/// <summary>A tracepoint other than those of single system calls.</summary>
public sealed record TracepointProbe(int Slot, string Category, string Event, int Id) : BoundProbe(Slot);

/// <summary>Entry to or exit from one system call, counted by number in one shared program.</summary>
public sealed record SyscallProbe(int Slot, int Number, bool IsExit, string Event, int Id) : BoundProbe(Slot);

/// <summary>A clock that ticks on every CPU, <see cref="Hertz"/> times a second while the CPU is busy.</summary>
public sealed record ProfileProbe(int Slot, int Hertz) : BoundProbe(Slot);
