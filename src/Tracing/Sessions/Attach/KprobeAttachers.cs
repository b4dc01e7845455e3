using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Bytecode;
using BpfDashboard.Tracing.Compilation;
using BpfDashboard.Tracing.Libbpf;

namespace BpfDashboard.Tracing.Sessions.Attach;

/// <summary>
/// One kprobe.multi link for all functions (Linux 5.18 with CONFIG_FPROBE), or one kprobe.session link, which is at their returns
/// too (6.10); the cookie is the slot.
/// </summary>
internal sealed class KprobeMultiAttacher : IAttacher
{
    public string? WhyNoEntries =>
        ReturnedStack.IsKnown ? null : "at returns this kernel does not say where the stack stood";

    public IReadOnlyList<Refusal> Attach(BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made)
    {
        var loaded = made.Load(program);
        return MultiLink.Attach(probes.ToLookup(_ => ""), Make, made);

        int Make(IReadOnlyList<BoundProbe> some, out FileHandle? link)
        {
            KernelFunctionProbe[] functions = [.. some.Cast<KernelFunctionProbe>()];

            // By address: names make the kernel scan all symbols, and a static name may stand for several functions.
            var known = Array.TrueForAll(functions, function => function.Address != 0);
            return BpfLink.KprobeMulti(
                loaded,
                program.ExpectedAttachType,
                known ? Array.ConvertAll(functions, function => function.Address) : null,
                known ? null : Array.ConvertAll(functions, function => function.Name),
                Array.ConvertAll(functions, function => (ulong)function.Slot),
                functions[0].IsReturn && program.ExpectedAttachType != AttachType.TraceKprobeSession,
                out link);
        }
    }
}

/// <summary>One perf event and link for each function.</summary>
internal sealed class KprobePerfAttacher : EachAttacher
{
    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        var function = (KernelFunctionProbe)probe;
        var errno = PerfEvent.Kprobe(function.Name, function.Address, function.Offset, function.IsReturn, out var file);
        return LinkPerf(errno, file, ProgramFor(image, shared, probe.Slot, made), probe.Slot, made);
    }
}

/// <summary>One fentry program and link for each function; needs BTF and ftrace's direct calls, not kprobes.</summary>
internal sealed class FentryAttacher : EachAttacher, IAttacher
{
    /// <summary>It goes by name, so functions that share one are refused: the first of them would be counted for all.</summary>
    IReadOnlyList<Refusal> IAttacher.Attach(
        BpfProgramImage program, IReadOnlyList<BoundProbe> probes, Attachments made)
    {
        var sameName = probes.GroupBy(probe => ((KernelFunctionProbe)probe).Name)
            .Where(group => group.Skip(1).Any()).SelectMany(group => group).ToHashSet();
        made.Advance(sameName.Count);
        return
        [
            .. sameName.Select(probe => new Refusal(
                probe, Errors.NotUnique, "several functions have this name, and fentry cannot tell them apart")),
            .. Attach(program, [.. probes.Where(probe => !sameName.Contains(probe))], made),
        ];
    }

    protected override BpfProgram? LoadShared(BpfProgramImage program, Attachments made) => null;

    protected override int AttachOne(BpfProgramImage image, BpfProgram? shared, BoundProbe probe, Attachments made)
    {
        try
        {
            var name = ((KernelFunctionProbe)probe).Name;
            var program = ProgramFor(image, shared, probe.Slot, made, name);
            return Keep(BpfLink.Tracing(program, AttachType.TraceFentry, out var link), link, made);
        }
        catch (BpfException refused) when (refused.Errno != 0)
        {
            // Each function has a load of its own here, so a failed load is about this function only.
            return refused.Errno;
        }
    }
}
