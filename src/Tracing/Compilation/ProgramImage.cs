using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;

namespace BpfDashboard.Tracing.Compilation;

/// <summary>
/// What is to be loaded and attached, as plain data: equal commands on equal catalogs give equal images.
/// <see cref="object.ToString"/> prints the listing that <c>-D</c> shows.
/// </summary>
public sealed record ProgramImage(
    IReadOnlyList<MapImage> Maps, IReadOnlyList<ProbeGroup> Groups, int SlotCount, int? Pid)
{
    /// <summary>The maps of a session that collects stacks; null for one that only counts.</summary>
    public StackImage? Stacks { get; init; }

    /// <summary>How events are shown one by one; null where they are only counted.</summary>
    public RowImage? Rows { get; init; }

    /// <summary>The maps of a session that collects distributions; null for others.</summary>
    public DistributionImage? Distributions { get; init; }

    /// <summary>What is saved at entries for returns; null where no return asks for its entry.</summary>
    public EntryImage? Entries { get; init; }

    /// <inheritdoc/>
    public override string ToString() => ImagePrinter.Print(this);
}

/// <summary>A map to create. Instructions refer to it by its index in <see cref="ProgramImage.Maps"/>.</summary>
/// <param name="Contents">Written before any program is loaded, after which the map is frozen; null for none.</param>
public sealed record MapImage(
    string Name, MapType Type, int KeySize, int ValueSize, int MaxEntries, byte[]? Contents = null)
{
    /// <summary>Of an array of perf events: bytes of the buffers of all CPUs together.</summary>
    public int BufferSize { get; init; }

    /// <summary>Of an array of maps: what its entries look like; one is created and put in place 0.</summary>
    public MapImage? Inner { get; init; }
}

/// <summary>
/// Probes that are attached together, and the ways to do it, best first. The session takes the first that works on
/// this kernel: decided by trying, never by version.
/// </summary>
public sealed record ProbeGroup(IReadOnlyList<BoundProbe> Probes, IReadOnlyList<Alternative> Alternatives)
{
    /// <summary>Most places that are attached to.</summary>
    internal int Places => Probes.Count * (Alternatives.Any(way => way.Entry is not null) ? 2 : 1);
}

/// <summary>One way to attach a group, and the program it takes.</summary>
public sealed record Alternative(AttachMechanism Mechanism, BpfProgramImage Program)
{
    /// <summary>
    /// Of returns that ask for their entries: the program at those, if it is another one. It is attached first, so that no
    /// return is seen without its entry because the session began between the two.
    /// </summary>
    public BpfProgramImage? Entry { get; init; }
}

/// <summary>The ways to attach; each has one file in <c>Sessions/Attach</c>.</summary>
public enum AttachMechanism
{
    /// <summary>One BTF-typed raw tracepoint (<c>tp_btf</c>) for all probes of the group.</summary>
    TracingTracepoint,

    /// <summary>Raw tracepoint links with a cookie each, one shared program.</summary>
    RawTracepointCookie,

    /// <summary>Raw tracepoint links, one program per tracepoint: kernels before 6.10 have no cookies here.</summary>
    RawTracepoint,

    /// <summary>One perf event per tracepoint, one shared program with cookies.</summary>
    PerfTracepoint,

    /// <summary>One uprobe.multi link per file.</summary>
    UprobeMulti,

    /// <summary>One uprobe.session link per file: entries and returns, with something to keep between the two.</summary>
    UprobeSession,

    /// <summary>One perf link per place.</summary>
    UprobePerf,

    /// <summary>One kprobe.multi link.</summary>
    KprobeMulti,

    /// <summary>One kprobe.session link: entries and returns, with something to keep between the two.</summary>
    KprobeSession,

    /// <summary>One perf link per function.</summary>
    KprobePerf,

    /// <summary>One fentry program and link per function.</summary>
    Fentry,

    /// <summary>One perf event and link per CPU.</summary>
    CpuClock,
}

/// <summary>The names of mechanisms, as users know them.</summary>
public static class AttachMechanismNames
{
    /// <summary>"uprobe.multi", "raw tracepoint" …</summary>
    public static string Describe(this AttachMechanism mechanism) => mechanism switch
    {
        AttachMechanism.TracingTracepoint => "typed raw tracepoint",
        AttachMechanism.RawTracepointCookie => "raw tracepoint with cookie",
        AttachMechanism.RawTracepoint => "raw tracepoint",
        AttachMechanism.PerfTracepoint => "perf tracepoint",
        AttachMechanism.UprobeMulti => "uprobe.multi",
        AttachMechanism.UprobeSession => "uprobe.session",
        AttachMechanism.UprobePerf => "uprobe perf link",
        AttachMechanism.KprobeMulti => "kprobe.multi",
        AttachMechanism.KprobeSession => "kprobe.session",
        AttachMechanism.KprobePerf => "kprobe perf link",
        AttachMechanism.Fentry => "fentry",
        _ => "CPU clock",
    };
}

/// <summary>A program to load.</summary>
/// <param name="AttachTo">The BTF function or tracepoint it is verified against, for tracing programs.</param>
/// <param name="SlotInstruction">
/// Index of the instruction whose immediate is the slot, where each probe takes its own copy of the program;
/// null where one program serves all.
/// </param>
public sealed record BpfProgramImage(
    string Name,
    ProgramType Type,
    AttachType ExpectedAttachType,
    IReadOnlyList<Instruction> Instructions,
    string? AttachTo = null,
    int? SlotInstruction = null)
{
    /// <summary>Where its subprograms begin, which lie behind the main one, in order.</summary>
    public IReadOnlyList<Subprogram> Subprograms { get; init; } = [];

    /// <summary>Whether user stacks are unwound by tables, which needs Linux 5.17.</summary>
    public bool Unwinds { get; init; }
}
